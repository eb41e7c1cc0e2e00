// The packed form for Armv8.1-M with Helium (target armv8.1-m.mve): how constants and scratch lie, and the kernels' contracts.
//
// The kernels multiply int8 by int8, sixteen products an instruction (VMLADAVA.S8), and scale four channels at a time. Elsewhere
// plain C does the same on the same bytes. Integers are little-endian.
//
// Channels stand in blocks of four, taps in vectors of sixteen; what is past the last channel or tap is 0. A node's constants are
// one run of bytes, 16-byte aligned:
//   scales   of every block: int32 multiplier[4], int32 shift[4]
//   filters  of every block: int32 bias[4], then of every vector int8 weights[4][16]
// bias' = bias - input zero point * sum of the channel's weights, so that taps outside the input read the zero point.
// The shift is that of docs/spec/operators.md, -31 to -1, for double rounding, and one more for single rounding: see mve_scale.h.
//
// A filter's taps in order: conv_2d by column, row, channel; fully_connected as the input lies; depthwise_conv_2d by tiles of
// four columns of four rows, tile rows first, whose lane is 4 * column + row.
#pragma once

#include "device/kernels/rows.h"
#include "device/kernels/window.h"
#include "device/model/container.h"

namespace mote::mve {

constexpr uint32_t kBlock = 4;
constexpr uint32_t kVector = 16;
constexpr uint32_t kTile = 4;

struct Convolution {
  Window window;
  uint32_t input_channels, output_channels;
  int32_t dilation_height = 1, dilation_width = 1;
};

// The fused end of a node, in output quanta.
struct Output {
  int32_t zero_point, low, high;
  Rounding rounding;
};

struct ConvolutionLayer {
  Convolution shape;
  int32_t input_zero_point;
  Output output;
  const void* constants;
};

struct FullyConnectedLayer {
  uint32_t inputs, outputs;
  Output output;
  const void* constants;
};

constexpr uint32_t round_up(uint32_t value, uint32_t step) { return (value + step - 1) / step * step; }
constexpr uint32_t blocks_of(uint32_t channels) { return round_up(channels, kBlock) / kBlock; }

// Bytes of scales and filters for `channels` whose taps fill `vectors`.
constexpr size_t constant_bytes(uint32_t channels, uint32_t vectors) {
  return size_t{blocks_of(channels)} * kBlock * (3 * sizeof(int32_t) + size_t{vectors} * kVector);
}
size_t conv_2d_constant_bytes(const Convolution& shape);
size_t depthwise_conv_2d_constant_bytes(const Convolution& shape);
size_t fully_connected_constant_bytes(uint32_t inputs, uint32_t outputs);

// Bytes of scratch, which is 16-byte aligned, needs no beginning and keeps nothing from one call to the next.
size_t conv_2d_scratch_bytes(const Convolution& shape);
size_t depthwise_conv_2d_scratch_bytes(const Convolution& shape);
size_t fully_connected_scratch_bytes(uint32_t outputs);

// True for what the depthwise kernel takes: one filter an input channel, of at most 16 rows.
constexpr bool depthwise_conv_2d_takes(const Convolution& shape) {
  return shape.input_channels == shape.output_channels && shape.window.height.filter <= 16;
}

// Results are those of docs/spec/operators.md (O3 to O6) for the layer whose constants were packed. Rows as in rows.h.
void conv_2d(const ConvolutionLayer& layer, Rows<const int8_t> input, Rows<int8_t> output, RowRange rows, void* scratch);
void depthwise_conv_2d(const ConvolutionLayer& layer, Rows<const int8_t> input, Rows<int8_t> output, RowRange rows,
                       void* scratch);
void fully_connected(const FullyConnectedLayer& layer, const int8_t* input, int8_t* output, void* scratch);

}  // namespace mote::mve
