// Weights of 4 bits as int8.
#pragma once

#include "device/kernels/weighted.h"

namespace mote {

// The low and the high half of a byte, with their signs.
inline int32_t low_nibble(int32_t byte) { return static_cast<int32_t>(static_cast<uint32_t>(byte) << 28) >> 28; }
inline int32_t high_nibble(int8_t byte) { return byte >> 4; }

// `count` weights from `from` on; answers their sum.
int32_t unpack(Nibbles from, uint32_t count, int8_t* to);

}  // namespace mote
