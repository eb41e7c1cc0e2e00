// What a set of instructions gives to the packed kernels: weighted sums of a strip of pixels, scaled and stored.
#pragma once

#include "device/kernels/packed/x86_64.h"

namespace mote::x86_64 {

constexpr uint32_t kMostPixels = 12;

// Pixels of the output that are computed together. Where one begins in the copy of the input, and where it goes.
struct Strip {
  uint32_t pixels;
  const uint8_t* inputs[kMostPixels];
  int8_t* outputs[kMostPixels];
};

struct Layer {
  Packed packed;
  Ending ending;
  uint32_t channels, groups;
  const int32_t* offsets;  // of each group, bytes from where a pixel begins
};

// All channels of a strip.
//
//   shared   the four activations of a group serve every channel
//   apart    each channel has four of its own: channel c of a group at 4 * c. Reads up to 64 bytes past the last channel's
using StripKernel = void (*)(const Strip& strip, const Layer& layer);

// A factor as the packed layers' channels have theirs; `two` is what a negative product loses before the last shift.
struct Scale {
  int32_t multiplier, addend, shift, two;
};

// clamp(scaled by sum((x - zero point) * 2^19 of one input + scaled by other((x - zero point) * 2^20) of the other))
struct Addition {
  int32_t half_zero_point, other_zero_point;
  Scale other, sum;
  int32_t low, high;
};

// The elements that fill whole vectors; answers how many they are.
using AddKernel = uint32_t (*)(const Addition& addition, const int8_t* half, const int8_t* other, uint32_t count, int8_t* output);

struct Instructions {
  const char* name;
  bool (*is_here)();
  uint8_t flip;                          // activations are copied as x ^ flip: 0 for x, 0x80 for x + 128
  uint32_t shared_pixels, apart_pixels;  // the longest strips
  StripKernel shared, apart;
  AddKernel add;  // may be null
};

extern const Instructions kPortable;
#if defined(__x86_64__)
extern const Instructions kAvx2, kAvxVnni, kAvx512Vnni;
uint32_t add_256(const Addition& addition, const int8_t* half, const int8_t* other, uint32_t count, int8_t* output);
uint32_t add_512(const Addition& addition, const int8_t* half, const int8_t* other, uint32_t count, int8_t* output);
#endif

// What a negative product loses before the last shift.
inline int32_t two_of(const Ending& ending) { return ending.rounding == Rounding::double_rounding ? 2 : 0; }

// The constants of channels from `first` on.
inline const int32_t* constants_at(const Layer& layer, ConstantRow row, uint32_t first) {
  return layer.packed.constants + size_t{row} * padded_channels(layer.channels) + first;
}

// The weights of the block that begins with channel `first`. Within them, a group is 64 bytes, or 32 in a block without partner.
inline const int8_t* weights_at(const Layer& layer, uint32_t first) {
  return layer.packed.weights + size_t{first} * layer.groups * kGroup;
}

}  // namespace mote::x86_64
