// The packed form for Armv8.1-M with Helium (target armv8.1-m.mve): how constants and scratch lie, and the kernels' contracts.
//
// The kernels multiply int8 by int8, sixteen products an instruction (VMLADAVA.S8), and scale four channels at a time. Elsewhere
// plain C does the same on the same bytes. Integers are little-endian.
//
// Channels stand in blocks of four, taps in vectors of sixteen; what is past the last channel or tap is 0.
//   scales   of every block: int32 multiplier[4], int32 shift[4]
//   filters  of every block: int32 bias[4], then of every vector int8 weights[4][16]
// bias' = bias - input zero point * sum of the channel's weights, so that taps outside the input read the zero point.
// The shift is that of docs/spec/operators, -31 to -1, for double rounding, and one more for single rounding: see mve_scale.h.
//
// A filter's taps in order: conv_2d by column, row, channel; fully_connected as the input lies; depthwise_conv_2d by words of
// four rows of a column: the columns of the first four rows, then those of the next four. Four words are a tile.
#pragma once

#include "device/kernels/rows.h"
#include "device/kernels/window.h"
#include "device/model/container.h"

namespace mote::armv8_1_m_mve {

constexpr uint32_t kBlock = 4;
constexpr uint32_t kVector = 16;
constexpr uint32_t kTile = 4;

struct Convolution {
  Window window;
  int32_t dilation_height = 1, dilation_width = 1;
  uint32_t input_channels, output_channels;
  int32_t input_zero_point;
};

struct FullyConnected {
  uint32_t inputs, outputs;
};

// Both 16-byte aligned.
struct Packed {
  const int32_t* scales;
  const int8_t* filters;
};

// From a scaled sum to int8, in output quanta.
struct Ending {
  int32_t zero_point;
  int32_t low, high;  // the fused activation
  Rounding rounding;
};

constexpr uint32_t round_up(uint32_t value, uint32_t step) { return (value + step - 1) / step * step; }
constexpr uint32_t blocks_of(uint32_t channels) { return round_up(channels, kBlock) / kBlock; }

// What `Packed` holds.
constexpr size_t scales_count(uint32_t channels) { return size_t{2} * kBlock * blocks_of(channels); }
size_t conv_2d_filter_bytes(const Convolution& conv);
size_t depthwise_conv_2d_filter_bytes(const Convolution& conv);
size_t fully_connected_filter_bytes(const FullyConnected& layer);

// False for a multiplier or shift that no host packs. The kernels are safe with any; what they make of it is not defined.
bool are_scales_in_range(const int32_t* scales, uint32_t channels);

// Bytes of scratch, which is 16-byte aligned, needs no beginning and keeps nothing from one call to the next.
size_t conv_2d_scratch(const Convolution& conv);
size_t depthwise_conv_2d_scratch(const Convolution& conv);
size_t fully_connected_scratch(const FullyConnected& layer);

constexpr uint32_t kMostTileRows = 16;  // fours of rows

// What depthwise_conv_2d takes: one filter an input channel, of at most 64 rows, that reaches over at most 65535 columns, so that
// scratch stays far below 4 GiB.
constexpr bool is_depthwise_in_range(const Convolution& conv) {
  return conv.input_channels == conv.output_channels &&
         conv.window.height.filter <= static_cast<int32_t>(kMostTileRows * kTile) &&
         int64_t{conv.window.width.filter - 1} * conv.dilation_width < 65535;
}

// Rows of the output as O3 to O6 define them (docs/spec/operators). Rows as in rows.h; pairs of places may span two.
void conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
             const Rows<int8_t>& output, RowRange range, void* scratch);
void depthwise_conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
                       const Rows<int8_t>& output, RowRange range, void* scratch);
void fully_connected(const FullyConnected& layer, const Packed& packed, const Ending& ending, const int8_t* input, int8_t* output,
                     void* scratch);

}  // namespace mote::armv8_1_m_mve
