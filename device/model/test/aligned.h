// Memory as the device's contracts want it: 16-byte aligned, and of exactly the size asked for, so that a step beyond is seen.
#pragma once

#include <cstdint>
#include <vector>

namespace mote {

static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 16, "this host's allocator aligns to less than the device's contracts want");

using AlignedBytes = std::vector<uint8_t>;

}  // namespace mote
