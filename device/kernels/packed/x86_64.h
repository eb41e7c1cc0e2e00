// The packed form of the weighted operators for x86-64: how the host lays weights and constants out, and the kernels that read
// them.
//
// Taps are taken four at a time, as VPDPBUSD does, for 8 or 16 output channels at once:
//
//   weights     per pair of blocks of 8 channels int8 [groups][16 channels][4 taps]; a last block without a partner is
//               [groups][8 channels][4 taps]. Zero where a group or a block is not full.
//   constants   int32 [5][channels rounded up to 8]: bias for x, bias for x + 128, multipliers, addends, shifts
//
// A group of a conv_2d is four taps of a run, which lies in one row of the input; a run is filled up to a multiple of four. A
// group of a depthwise_conv_2d is four rows of one filter column (group = column * row groups + row / 4). A fully_connected layer
// is a convolution with a single run.
//
// bias for x = bias - zero point(x) * sum of weights, so that taps outside the input are read as its zero point. An activation
// enters the sums either as x or as x + 128, whichever the machine multiplies better. Sums are taken modulo 2^32.
//
// **Requantization** of a sum s, bias and all, in fewer steps than the definition has (docs/spec/operators):
//
//     t = floor(s * multiplier / 2^30);   y = clamp((t + addend) >> shift)                          O2, single rounding
//                                         y = clamp((t + addend - (t < 0 ? 2 : 0)) >> shift)        O1, double rounding
//
// where shift is 1 - the layer's, and addend = zero point of y * 2^shift + 2^(shift - 1), for O1 one more. The one more and
// shift's first bit are the first rounding, halves upward; the 2 less takes the second one's halves away from zero. (A product
// that rounds to 0 from below is taken for a negative one, which changes nothing.)
//
// REQUIRES (`suits` in quantize/pack/x86_64.h): weights of at least -127, |s| < 2^29, shifts of 2 to 23. Where weights or sums
// are not so, the output is some bytes, and nothing but it and the scratch is written: a verifier need only ask `is_in_range`.
#pragma once

#include <stddef.h>

#include "device/kernels/rows.h"
#include "device/kernels/window.h"
#include "device/model/container.h"

namespace mote::x86_64 {

constexpr uint32_t kBlock = 8;  // output channels
constexpr uint32_t kGroup = 4;  // taps

constexpr int32_t kLeastShift = 2, kMostShift = 23;
constexpr int32_t kMostSum = (1 << 29) - 1;

enum ConstantRow : uint32_t { kBias, kBiasOfUnsigned, kMultiplier, kAddend, kShift, kConstantRows };

struct Packed {
  const int8_t* weights;
  const int32_t* constants;
};

// From an accumulator to int8, besides the constants of each channel.
struct Ending {
  int32_t low, high;  // the fused activation
  Rounding rounding;
};

struct Convolution {
  Window window;
  int32_t dilation_height = 1, dilation_width = 1;
  uint32_t input_channels, output_channels;
  int32_t input_zero_point;
};

struct Runs {
  uint32_t count, length;
};

inline uint32_t groups_of(uint32_t taps) { return (taps + kGroup - 1) / kGroup; }
inline uint32_t padded_channels(uint32_t channels) { return (channels + kBlock - 1) / kBlock * kBlock; }
inline size_t weight_bytes(uint32_t channels, uint32_t groups) { return size_t{padded_channels(channels)} * groups * kGroup; }

// The taps of a filter that lie side by side in the input.
inline Runs runs_of(uint32_t filter_height, uint32_t filter_width, uint32_t input_channels, int32_t dilation_width) {
  if (dilation_width == 1) return {filter_height, filter_width * input_channels};
  return {filter_height * filter_width, input_channels};
}

inline bool is_in_range(const Packed& packed, uint32_t channels) {
  const size_t row = padded_channels(channels);
  for (uint32_t c = 0; c < channels; ++c)
    if (packed.constants[kMultiplier * row + c] < 0 || packed.constants[kShift * row + c] < kLeastShift ||
        packed.constants[kShift * row + c] > kMostShift)
      return false;
  return true;
}

// What the kernels need beside their operands, 16-byte aligned; contents need not be initialised.
size_t conv_2d_scratch(const Convolution& conv);
size_t depthwise_conv_2d_scratch(const Convolution& conv);
size_t fully_connected_scratch(uint32_t inputs);

// One way to multiply; null for a place that this machine does not have. Place 0 is the best, the last is plain C.
struct Instructions;
const Instructions* find_instructions(uint32_t place);
const char* name_of(const Instructions& machine);

// Rows of the output as O3 to O6 define them (docs/spec/operators), the same bytes by any instructions.
void conv_2d(const Instructions& machine, const Convolution& conv, const Packed& packed, const Ending& ending,
             const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range, void* scratch);
void depthwise_conv_2d(const Instructions& machine, const Convolution& conv, const Packed& packed, const Ending& ending,
                       const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range, void* scratch);

struct FullyConnectedShape {
  uint32_t inputs, outputs;
};
void fully_connected(const Instructions& machine, const FullyConnectedShape& shape, const Packed& packed, const Ending& ending,
                     const int8_t* input, int8_t* output, void* scratch);

}  // namespace mote::x86_64
