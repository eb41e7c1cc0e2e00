// transpose_conv_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/convolution.h"
#include "device/kernels/operators.h"
#include "device/kernels/transpose_conv_2d/four.h"
#include "device/kernels/transpose_conv_2d/transpose_conv_2d.h"

namespace mote {
namespace {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

}  // namespace

// The output may have any height and width.
const char* check_transpose_conv_2d(const NodeView& node) {
  const TensorRecord& weights = node.input(kWeights);
  const uint32_t channels = weights.shape[0];
  if (const char* rule = check_weighted_form(node, channels)) return rule;
  if (weights.type != static_cast<uint8_t>(TensorType::int8)) return "M19";
  if (weights.shape[3] != node.input(kData).shape[3] || node.output().shape[3] != channels) return "M24";
  const Window window = convolution_window(node);
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  if (!is_clamp(node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax))) return "M27";
  if (!rest_is_zero(node, attribute::kClampMax + 1)) return "M27";
  const uint32_t taps = weights.shape[1] * weights.shape[2] * weights.shape[3];
  return check_weighted_range(node, {channels, taps, taps, 1});
}

void run_transpose_conv_2d(const NodeView& node) {
  TransposeConv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.input_zero_point = node.input(kData).zero_point;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  const auto kernel = conv.output_channels >= 4 ? transpose_conv_2d_by_four : transpose_conv_2d_reference;
  kernel(conv, node.data<int8_t>(kData), node.constant<int8_t>(kWeights), node.result<int8_t>());
}

}  // namespace mote
