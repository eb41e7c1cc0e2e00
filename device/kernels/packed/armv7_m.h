// The packed form of the weighted operators for Armv7-M without DSP instructions (Cortex-M3): what the host lays out, and the
// kernels that read it.
//
// This core multiplies whole words. MLA takes 2 cycles; SMLAL, with a sum of 64 bits, takes 5 to 7 (Cortex-M3 Technical Reference
// Manual, instruction timing), and two products in one SMLAL are two instructions fewer, not fewer cycles. So:
//
// **Side by side (conv_2d of 2 or 3 columns).** The activations under two or three output pixels are gathered as int32, and each
// tap of two output channels is one load of the pixels, two of weights and an MLA per product: 1.5 instructions per product with
// three pixels, about 3 cycles.
//
//   taps        in the order in which the input lies: filter row, filter column, input channel
//   weights     int8; per block of 2 output channels [taps][2]. Channels are filled up to a whole block with zeros
//
// **One column (fully_connected, conv_2d of 1 column).** Every weight is used once, so its load counts: a word brings four, one
// each of four output channels. Let its bytes be a + 128, b, c + 128, d from the lowest up. What a mask of the outer two bytes
// leaves of the word is (a + 128) + d * z, and of the word rotated by half (c + 128) + b * z, with z = 2^24. So SMLAL with an
// activation x adds two products, in 1.2 instructions each, about 4 cycles:
//
//     sum of x * ((a + 128) + d * z) = (sum of x * a + 128 * sum of x) + z * sum of x * d
//
// A sum starts at 2^23 - 128 * sum of x, which makes its lower lane 2^23 + sum of x * a: between 0 and 2^24 as long as there are
// at most 512 taps (a chunk), and then nothing is borrowed from the upper lane. The record's bias takes the 2^23 off.
//
//   weights     words; per block of 4 output channels [taps rounded up to 4]. Zeros for the channels of a block that are not
//   there
//
// **Depthwise filters of 3 x 3 that step by 1 or 2 along a row** keep the nine taps of a channel in registers while they slide
// along one row of the output: int8 [channels][9]. Of other depthwise filters the weights are [taps][channels].
//
// **Requantization** is a record per output channel, from a sum s without bias:
//
//     a = 2 * s + twice_bias;  b = addend + round(a * multiplier / 2^32);  y = clamp((b - (a < 0)) >> shift)
//
// where bias = bias of the layer - zero point of x * sum of weights, so that taps outside the input are read as the input's zero
// point, and addend = 2^(shift - 1) + zero point of y * 2^shift. This is O1 (docs/spec/operators): the first rounding takes
// halves up, the second away from zero, for which the one less is there (where a product rounds to 0 from below it changes
// nothing). O2, single rounding, is (addend + floor(a * multiplier / 2^32)) >> shift.
//
// REQUIRES (`suits` in quantize/pack/armv7_m.h): weights of at least -127, |2 * (s + bias)| < 2^31, shifts 1 to 22. Where weights
// or sums are not so, the output is some bytes, and nothing but it and the scratch is written: a verifier need only ask
// `is_in_range` of each record.
#pragma once

#include <stddef.h>

#include "device/kernels/rows.h"
#include "device/kernels/window.h"
#include "device/model/container.h"

namespace mote::armv7_m {

constexpr uint32_t kPairBlock = 2;  // output channels side by side
constexpr uint32_t kWordBlock = 4;  // output channels of one column
constexpr uint32_t kChunkTaps = 512;
constexpr uint32_t kMostColumns = 3;
constexpr int32_t kLaneOffset = 1 << 23;  // of a chunk's lower lanes
constexpr int32_t kLeastShift = 1, kMostShift = 22;

struct Requantization {
  int32_t twice_bias, multiplier, addend, shift;
};
static_assert(sizeof(Requantization) == 16, "on the wire");

inline bool is_in_range(const Requantization& record) {
  return record.multiplier >= 0 && record.shift >= kLeastShift && record.shift <= kMostShift;
}

// From a sum to int8, besides the records of the channels.
struct Ending {
  int32_t low, high;  // the fused activation
  Rounding rounding;
};

struct Packed {
  const int8_t* weights;          // aligned to a word
  const Requantization* records;  // one per output channel, filled up to a whole block
};

struct Convolution {
  Window window;
  int32_t dilation_height = 1, dilation_width = 1;
  uint32_t input_channels, output_channels;
  int32_t input_zero_point;
};

struct FullyConnectedShape {
  uint32_t inputs, outputs;
};

inline uint32_t whole_words(uint32_t taps) { return (taps + 3) / 4 * 4; }
inline uint32_t chunks_of(uint32_t taps) { return (taps + kChunkTaps - 1) / kChunkTaps; }
inline size_t starts_bytes(uint32_t taps) { return 4 * size_t{chunks_of(taps)}; }  // of one column
inline uint32_t padded(uint32_t channels, uint32_t block) { return (channels + block - 1) / block * block; }

// `columns`, 1 to kMostColumns, is how many output pixels a conv_2d computes side by side.
inline uint32_t block_of(uint32_t columns) { return columns == 1 ? kWordBlock : kPairBlock; }
inline size_t conv_2d_bytes(uint32_t channels, uint32_t taps, uint32_t columns) {
  return size_t{padded(channels, block_of(columns))} * (columns == 1 ? whole_words(taps) : taps);
}
inline size_t fully_connected_bytes(uint32_t outputs, uint32_t inputs) { return conv_2d_bytes(outputs, inputs, 1); }

inline uint32_t taps_of(const Convolution& conv) {
  return static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
}

enum class DepthwiseForm { by_one, by_two, general };

inline DepthwiseForm form_of(const Convolution& conv) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const bool dense = conv.dilation_height == 1 && conv.dilation_width == 1;
  const bool three = height.filter == 3 && width.filter == 3 && dense;
  return three && width.stride == 1   ? DepthwiseForm::by_one
         : three && width.stride == 2 ? DepthwiseForm::by_two
                                      : DepthwiseForm::general;
}

inline size_t depthwise_conv_2d_bytes(const Convolution& conv) {
  return size_t{conv.output_channels} * static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter);
}

// What the kernels need beside their operands, 16-byte aligned; contents need not be initialised.
size_t conv_2d_scratch(const Convolution& conv, uint32_t columns);
size_t depthwise_conv_2d_scratch(const Convolution& conv);
size_t fully_connected_scratch(uint32_t inputs);

// Rows of the output as O3 to O6 define them (docs/spec/operators).
void conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
             const Rows<int8_t>& output, RowRange range, uint32_t columns, void* scratch);
void depthwise_conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
                       const Rows<int8_t>& output, RowRange range, void* scratch);  // as many outputs as inputs
void fully_connected(const FullyConnectedShape& shape, const Packed& packed, const Ending& ending, const int8_t* input,
                     int8_t* output, void* scratch);

}  // namespace mote::armv7_m
