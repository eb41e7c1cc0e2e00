// Strides and margins of what slides a window: convolutions and pools.
#pragma once

#include <tuple>

#include "quantize/import/tflite_node.h"

namespace mote {

// Of the first and the last side. Of "same" (0) they split what is missing, the smaller half first; "valid" (1) has none.
inline std::pair<uint32_t, uint32_t> margins(int padding, uint32_t input, uint32_t filter, uint32_t stride) {
  if (padding != 0) return {0, 0};
  const uint32_t output = (input + stride - 1) / stride;
  const uint64_t reach = uint64_t{output - 1} * stride + filter;
  const auto missing = static_cast<uint32_t>(reach > input ? reach - input : 0);
  return {missing / 2, missing - missing / 2};
}

// What Conv2DOptions, DepthwiseConv2DOptions and Pool2DOptions have in common, for an input of shape `in`.
template <typename Options>
Result<void> slide(const Options& options, const Shape& in, uint32_t filter_height, uint32_t filter_width, Node& node) {
  if (options.stride_h() < 1 || options.stride_w() < 1 || filter_height == 0 || filter_width == 0)
    return unsupported("has a stride or a filter of 0");
  node.stride_height = static_cast<uint32_t>(options.stride_h());
  node.stride_width = static_cast<uint32_t>(options.stride_w());
  std::tie(node.pad_top, node.pad_bottom) = margins(options.padding(), in[1], filter_height, node.stride_height);
  std::tie(node.pad_left, node.pad_right) = margins(options.padding(), in[2], filter_width, node.stride_width);
  return fuse(options.fused_activation_function(), node);
}

// A convolution, its dilation taken over.
template <typename Options>
Result<Node> dilated(const Options& options, Op op) {
  if (options.dilation_h_factor() < 1 || options.dilation_w_factor() < 1) return unsupported("has a dilation of 0");
  Node node{.op = op};
  node.dilation_height = static_cast<uint32_t>(options.dilation_h_factor());
  node.dilation_width = static_cast<uint32_t>(options.dilation_w_factor());
  return node;
}

// `slide` of a dilated node over an input of shape `in` by filters of shape `weights`.
template <typename Options>
Result<void> slide_dilated(const Options& options, const Shape& in, const Shape& weights, Node& node) {
  const uint64_t height = uint64_t{weights[1] - 1} * node.dilation_height + 1;
  const uint64_t width = uint64_t{weights[2] - 1} * node.dilation_width + 1;
  if (height > kMostElements || width > kMostElements) return unsupported("has a filter that reaches too far");
  return slide(options, in, static_cast<uint32_t>(height), static_cast<uint32_t>(width), node);
}

}  // namespace mote
