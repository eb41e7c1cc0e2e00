// What the packed nodes of every target share: x, the weights and the constants as the target's kernel reads them, and geometry
// in the attributes (docs/spec/operators/packed.md).
#pragma once

#include "device/kernels/node.h"
#include "device/kernels/window.h"

namespace mote {

constexpr uint32_t kMostPackedTaps = 65535;  // 2^16 products of 128 * 128 leave room for a bias in int32

inline bool is_packed(const NodeView& node) { return node.record->form == static_cast<uint8_t>(Form::packed); }

// Dilation is in the axes.
Window packed_window(const NodeView& node);

// The fused activation, in output quanta.
struct PackedClamp {
  int32_t low, high;
};
PackedClamp packed_clamp(const NodeView& node);

// M19, M25 to M27, M30: kinds and types, geometry, clamp, and as many taps per output as an accumulator holds.
const char* check_packed_convolution(const NodeView& node);
const char* check_packed_fully_connected(const NodeView& node);

// M61: the constants have as many bytes as their kernel will read; weights are filled up to 16.
const char* check_packed_bytes(const NodeView& node, uint64_t weight_bytes, uint64_t constant_bytes);

// A target's own description of a convolution; its window is without the dilation, which has fields of its own.
template <typename Convolution>
Convolution packed_convolution(const NodeView& node) {
  Convolution conv{};
  conv.window = packed_window(node);
  conv.dilation_height = conv.window.height.dilation;
  conv.dilation_width = conv.window.width.dilation;
  conv.window.height.dilation = conv.window.width.dilation = 1;
  conv.input_channels = node.input(0).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.input_zero_point = node.input(0).zero_point;
  return conv;
}

}  // namespace mote
