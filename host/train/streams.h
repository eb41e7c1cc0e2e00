// Purposes of the random streams of one seed.
#pragma once

#include <cstdint>

namespace mote::stream {

constexpr uint64_t kWeights = 1, kShuffle = 2, kAugment = 3;

}  // namespace mote::stream
