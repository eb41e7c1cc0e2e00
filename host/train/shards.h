// Into how many parts a batch is cut, whatever the number of threads; more threads than this are of no use.
#pragma once

#include <cstdint>

namespace mote {

constexpr uint32_t kShards = 4;

}  // namespace mote
