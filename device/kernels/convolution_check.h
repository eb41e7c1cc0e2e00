// The checks of conv_2d and depthwise_conv_2d, on int8 and on int16 activations.
#pragma once

#include "device/kernels/convolution.h"
#include "device/kernels/wide.h"

namespace mote {

// What differs. The templates are static: each is called once, and then part of its caller.
struct OnInt8 {
  static const char* form(const NodeView& node, uint32_t channels) { return check_weighted_form(node, channels); }
  static const char* window(const NodeView& node) { return check_convolution(node); }
  static const char* range(const NodeView& node, const WeightOrder& order) { return check_weighted_range(node, order); }
};

struct OnInt16 {
  static const char* form(const NodeView& node, uint32_t channels) { return check_wide_form(node, channels); }
  static const char* window(const NodeView& node) { return check_wide_convolution(node); }
  static const char* range(const NodeView& node, const WeightOrder& order) {
    return check_wide_range(node, order.channels, order.taps);
  }
};

template <typename On>
static const char* check_conv_2d_on(const NodeView& node) {
  const TensorRecord& weights = node.input(input_place::kWeights);
  const uint32_t channels = weights.shape[0], input_channels = node.input(input_place::kData).shape[3];
  if (const char* rule = On::form(node, channels)) return rule;
  const uint32_t groups = input_channels / weights.shape[3];
  if (input_channels % weights.shape[3] != 0 || channels % groups != 0 || node.output().shape[3] != channels) return "M24";
  if (const char* rule = On::window(node)) return rule;
  const uint32_t taps = weights.shape[1] * weights.shape[2] * weights.shape[3];
  return On::range(node, {channels, taps, taps, 1});
}

template <typename On>
static const char* check_depthwise_conv_2d_on(const NodeView& node) {
  const TensorRecord& weights = node.input(input_place::kWeights);
  const uint32_t channels = weights.shape[3];
  if (const char* rule = On::form(node, channels)) return rule;
  if (weights.shape[0] != 1 || channels % node.input(input_place::kData).shape[3] != 0 || node.output().shape[3] != channels)
    return "M24";
  if (const char* rule = On::window(node)) return rule;
  return On::range(node, {channels, weights.shape[1] * weights.shape[2], 1, channels});
}

}  // namespace mote
