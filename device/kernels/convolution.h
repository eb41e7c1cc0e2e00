// What the nodes of conv_2d and depthwise_conv_2d share: their attributes, read and checked.
#pragma once

#include "device/kernels/packed/node.h"
#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

// 0 stands for a filter that is not dilated, so that it is written in one way only.
inline int32_t dilation_of(int32_t attribute) { return attribute == 0 ? 1 : attribute; }

inline Window convolution_window(const NodeView& node) {
  if (is_packed(node)) return packed_window(node);
  const TensorRecord& input = node.input(input_place::kData);
  const TensorRecord& weights = node.input(input_place::kWeights);
  const TensorRecord& output = node.output();
  Window window;
  window.height = {static_cast<int32_t>(input.shape[1]),     static_cast<int32_t>(weights.shape[1]),
                   node.attribute(attribute::kStrideHeight), node.attribute(attribute::kPadTop),
                   static_cast<int32_t>(output.shape[1]),    dilation_of(node.attribute(attribute::kDilationHeight))};
  window.width = {static_cast<int32_t>(input.shape[2]),    static_cast<int32_t>(weights.shape[2]),
                  node.attribute(attribute::kStrideWidth), node.attribute(attribute::kPadLeft),
                  static_cast<int32_t>(output.shape[2]),   dilation_of(node.attribute(attribute::kDilationWidth))};
  return window;
}

inline Scaling convolution_scaling(const NodeView& node) {
  return scaling_of(node, node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax));
}

// M25 and M26. Called rather than repeated in each convolution.
[[gnu::noinline]] inline const char* check_convolution_window(const NodeView& node) {
  const Window window = convolution_window(node);
  if (node.attribute(attribute::kDilationHeight) == 1 || node.attribute(attribute::kDilationWidth) == 1) return "M25";
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  return is_output_right(window.height) && is_output_right(window.width) ? nullptr : "M26";
}

// M25 to M27.
inline const char* check_convolution(const NodeView& node) {
  if (const char* rule = check_convolution_window(node)) return rule;
  return is_clamp(node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax)) ? nullptr : "M27";
}

}  // namespace mote
