// What the nodes of conv_2d and depthwise_conv_2d share: their attributes, read and checked.
#pragma once

#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

inline Window convolution_window(const NodeView& node) {
  const TensorRecord& input = node.input(input_place::kData);
  const TensorRecord& weights = node.input(input_place::kWeights);
  const TensorRecord& output = node.output();
  Window window;
  window.height = {static_cast<int32_t>(input.shape[1]), static_cast<int32_t>(weights.shape[1]),
                   node.attribute(attribute::kStrideHeight), node.attribute(attribute::kPadTop),
                   static_cast<int32_t>(output.shape[1])};
  window.width = {static_cast<int32_t>(input.shape[2]), static_cast<int32_t>(weights.shape[2]),
                  node.attribute(attribute::kStrideWidth), node.attribute(attribute::kPadLeft),
                  static_cast<int32_t>(output.shape[2])};
  return window;
}

inline Scaling convolution_scaling(const NodeView& node) {
  return scaling_of(node, node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax));
}

// M25 to M27.
inline const char* check_convolution(const NodeView& node) {
  const Window window = convolution_window(node);
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  if (!is_output_right(window.height) || !is_output_right(window.width)) return "M26";
  const bool clamp_right = is_clamp(node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax));
  return clamp_right && rest_is_zero(node, attribute::kClampMax + 1) ? nullptr : "M27";
}

}  // namespace mote
