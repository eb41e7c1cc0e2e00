// Reads and checks what packed nodes share.
#include "device/kernels/packed/node.h"

namespace mote {
namespace {

using attribute::kPackedClamp;
using attribute::kPackedDilation;
using attribute::kPackedFilter;
using attribute::kPackedPad;
using attribute::kPackedStride;
using input_place::kPackedConstants;
using input_place::kPackedWeights;

// Two numbers in one attribute: for the height in the low half, for the width in the high one.
int32_t low_half(int32_t pair) { return static_cast<uint16_t>(pair); }
int32_t high_half(int32_t pair) { return static_cast<uint16_t>(static_cast<uint32_t>(pair) >> 16); }

const char* check_types(const NodeView& node) {
  const bool right =
      is_activation(node.input(0), TensorType::int8) && is_constant(node.input(kPackedWeights), TensorType::int8) &&
      is_constant(node.input(kPackedConstants), TensorType::int32) && is_activation(node.output(), TensorType::int8);
  return right ? nullptr : "M19";
}

const char* check_clamp(const NodeView& node) {
  const PackedClamp clamp = packed_clamp(node);
  return clamp.low <= clamp.high && (node.attribute(kPackedClamp) & ~0xffff) == 0 ? nullptr : "M27";
}

}  // namespace

Window packed_window(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  const int32_t filter = node.attribute(kPackedFilter), stride = node.attribute(kPackedStride);
  const int32_t pad = node.attribute(kPackedPad), dilation = node.attribute(kPackedDilation);
  Window window;
  window.height = {static_cast<int32_t>(input.shape[1]),  low_half(filter),  low_half(stride), low_half(pad),
                   static_cast<int32_t>(output.shape[1]), low_half(dilation)};
  window.width = {static_cast<int32_t>(input.shape[2]),  high_half(filter),  high_half(stride), high_half(pad),
                  static_cast<int32_t>(output.shape[2]), high_half(dilation)};
  return window;
}

PackedClamp packed_clamp(const NodeView& node) {
  const int32_t clamp = node.attribute(kPackedClamp);
  return {static_cast<int8_t>(clamp & 255), static_cast<int8_t>(clamp >> 8 & 255)};
}

const char* check_packed_convolution(const NodeView& node) {
  if (const char* rule = check_types(node)) return rule;
  const Window window = packed_window(node);
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  if (!is_output_right(window.height) || !is_output_right(window.width)) return "M26";
  const uint64_t taps = uint64_t{static_cast<uint32_t>(window.height.filter)} * static_cast<uint32_t>(window.width.filter);
  if (taps > kMostPackedTaps || taps * node.input(0).shape[3] > kMostPackedTaps) return "M30";
  if (!rest_is_zero(node, attribute::kPackedColumns + 1)) return "M27";
  return check_clamp(node);
}

const char* check_packed_fully_connected(const NodeView& node) {
  if (const char* rule = check_types(node)) return rule;
  if (!has_shape(node.output(), 1, 1, 1, node.output().shape[3])) return "M26";
  if (element_count(node.input(0)) > kMostPackedTaps) return "M30";
  for (uint32_t i = 0; i < 8; ++i)
    if (i != kPackedClamp && node.attribute(i) != 0) return "M27";
  return check_clamp(node);
}

const char* check_packed_bytes(const NodeView& node, uint64_t weight_bytes, uint64_t constant_bytes) {
  const bool right = byte_count(node.input(kPackedWeights)) == (weight_bytes + 15) / 16 * 16 &&
                     byte_count(node.input(kPackedConstants)) == constant_bytes;
  return right ? nullptr : "M61";
}

}  // namespace mote
