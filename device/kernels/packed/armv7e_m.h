// The packed form of the weighted operators for Armv7E-M (Cortex-M4, Cortex-M7): what the host lays out, and the kernels that
// read it.
//
// **Sums of products (conv_2d, fully_connected).** SMLAD adds two products of 16-bit halves, and int8 operands would have to be
// widened first. Half of that is saved by multiplying words of weights as they are. Let a half of a weight word be
// r = 256 * h + l for two taps h and l (l sign-extends from the lower byte), and the activations of those taps be p and q. With
// the second operand v = 256 * q + 127 - p, which as a half is the bytes (p xor 127, q) and so one EOR for two pairs of taps,
//
//     p * r + v * l = 256 * (p * h + q * l) + 127 * l
//
// so each pair costs two products as before, sums are 256 times too large, and 127 * l is taken off ahead of time. Such a sum is
// exact modulo 2^32 as long as its true value fits into 24 bits, which 512 taps (a chunk) never leave. A convolution of more taps
// computes several columns side by side only if no channel's absolute weights add up to more than kMostWeight.
//
//   taps        in the order in which the input lies: filter row, filter column, input channel; zeros up to a multiple of 4
//   weights     words; per block of output channels start [block], then [taps / 4][block] words of 4 taps; a fully_connected has
//               both per chunk. start = -127 * the sum of the taps l. Channels are filled up to a whole block with zeros
//   block       2 channels (conv_2d), 4 channels (fully_connected)
//
// **Depthwise filters of 3 x 3 that step by 1 or 2 along a row** take one channel along one row of the output. SMLAL multiplies
// 32 by 32 bits, so polynomials in z = 2^20 with small coefficients: with X = x[1] + x[0] * z of two neighbours and W = w[0] +
// w[1] * z, X * W has what x[1] gives to the output after, what both give to the output at, and what x[0] gives to the output
// before x[0]: four products in one instruction. Sums of nine products stay below 2^18.
//
//   weights     per channel 4 words. Stride 1: w[0] + w[1] * z of each filter row; bytes: w[2] of each row, 0.
//               Stride 2: halves (w[0], w[1]) of each row; bytes as before
//   sums        of stride 1 are 2^19 too large, which the record's bias takes off
//
// Other depthwise filters: per four channels a word per tap; the last four channels begin at channels - 4.
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
// REQUIRES (`suits` in quantize/pack/armv7e_m.h): weights of at least -127, |2 * (s + bias)| < 2^31, shifts 1 to 22.
#pragma once

#include <stddef.h>

#include "device/kernels/rows.h"
#include "device/kernels/window.h"
#include "device/model/container.h"

namespace mote::armv7e_m {

constexpr uint32_t kConvBlock = 2;  // output channels
constexpr uint32_t kFullBlock = 4;
constexpr uint32_t kChunkTaps = 512;
constexpr uint32_t kMostColumns = 3;
constexpr int32_t kMostWeight = 65535;  // times 128 it is less than 2^23
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
  const uint32_t* weights;
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

inline uint32_t words_of(uint32_t taps) { return (taps + 3) / 4; }
inline uint32_t blocks_of(uint32_t channels, uint32_t block) { return (channels + block - 1) / block; }

inline size_t conv_2d_words(uint32_t channels, uint32_t taps) {
  return size_t{blocks_of(channels, kConvBlock)} * kConvBlock * (1 + words_of(taps));
}
inline size_t fully_connected_words(uint32_t outputs, uint32_t inputs) {
  const uint32_t chunks = (inputs + kChunkTaps - 1) / kChunkTaps;
  return size_t{blocks_of(outputs, kFullBlock)} * kFullBlock * (chunks + words_of(inputs));
}

inline uint32_t taps_of(const Convolution& conv) {
  return static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
}

enum class DepthwiseForm { by_one, by_two, general };

inline DepthwiseForm form_of(const Convolution& conv) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const bool dense = conv.dilation_height == 1 && conv.dilation_width == 1;
  const bool three = height.filter == 3 && width.filter == 3 && width.output > 1 && dense;
  return three && width.stride == 1   ? DepthwiseForm::by_one
         : three && width.stride == 2 ? DepthwiseForm::by_two
                                      : DepthwiseForm::general;
}

constexpr uint32_t kSlidingWords = 4;        // per channel
constexpr int32_t kSlidingOffset = 1 << 19;  // of a sum by_one

// Where the `block`th four channels of the general form begin. Fewer than four are filled up with zeros.
inline uint32_t first_of_four(uint32_t block, uint32_t channels) {
  const uint32_t first = 4 * block, last = channels < 4 ? 0 : channels - 4;
  return first < last ? first : last;
}

inline size_t depthwise_conv_2d_words(const Convolution& conv) {
  if (form_of(conv) != DepthwiseForm::general) return size_t{kSlidingWords} * conv.output_channels;
  return size_t{blocks_of(conv.output_channels, 4)} * static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter);
}

// What the kernels need beside their operands, 16-byte aligned; contents need not be initialised. `columns`, 1 to kMostColumns,
// is how many output pixels a convolution computes side by side: 3 takes the fewest instructions, 1 the least scratch.
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

}  // namespace mote::armv7e_m
