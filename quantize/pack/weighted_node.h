// A weighted node in the terms of the packers, and what a packer makes of it.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "device/kernels/packed/node.h"
#include "device/kernels/weighted.h"
#include "quantize/graph/graph.h"

namespace mote {

struct WeightedNode {
  Op op;                                     // conv_2d, depthwise_conv_2d, fully_connected
  Window window;                             // dilation in its axes; 1 x 1 places of a fully_connected
  uint32_t input_channels, output_channels;  // of a fully_connected: inputs, outputs
  WeightOrder order;
  std::vector<int8_t> weights;
  std::span<const int32_t> wide_weights;
  std::vector<int32_t> bias, multipliers, shifts;
  int32_t input_zero_point, output_zero_point;
  Rounding rounding;

  // As packed_convolution() makes it on the device.
  template <typename Convolution>
  Convolution convolution() const {
    Convolution conv{};
    conv.window = window;
    conv.dilation_height = window.height.dilation;
    conv.dilation_width = window.width.dilation;
    conv.window.height.dilation = conv.window.width.dilation = 1;
    conv.input_channels = input_channels;
    conv.output_channels = output_channels;
    conv.input_zero_point = input_zero_point;
    return conv;
  }
};

struct PackedParts {
  std::vector<int8_t> weights;
  std::vector<int32_t> constants;
  uint32_t columns = 0;
};

// Of each target; nothing when the node does not suit it.
using Packer = std::optional<PackedParts> (*)(const WeightedNode& node);
std::optional<PackedParts> pack_armv7_m(const WeightedNode& node);
std::optional<PackedParts> pack_armv7e_m(const WeightedNode& node);
std::optional<PackedParts> pack_armv8_1_m_mve(const WeightedNode& node);
std::optional<PackedParts> pack_x86_64(const WeightedNode& node);

// The bytes of words or records, little-endian.
template <typename To, typename From>
std::vector<To> as_bytes_of(const std::vector<From>& from) {
  static_assert(sizeof(From) % sizeof(To) == 0);
  std::vector<To> to(from.size() * sizeof(From) / sizeof(To));
  if (!from.empty()) std::memcpy(to.data(), from.data(), from.size() * sizeof(From));
  return to;
}

}  // namespace mote
