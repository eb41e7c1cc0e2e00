// conv_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/conv_2d/conv_2d.h"
#include "device/kernels/conv_2d/four.h"
#include "device/kernels/convolution.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

// That its kernel of four channels takes.
constexpr uint32_t least_channels(const int8_t*) { return 4; }
constexpr uint32_t least_channels(Nibbles) { return 1; }

bool try_in_groups(const Conv2d& conv, const Rows<const int8_t>& input, const int8_t* weights, const Rows<int8_t>& output,
                   RowRange range) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const int64_t taps = int64_t{height.filter} * width.filter * (conv.input_channels / conv.groups);
  if (kPlain || conv.groups == 1 || taps > kMostGathered) return false;
  conv_2d_in_groups(conv, input, weights, output, range);
  return true;
}
bool try_in_groups(const Conv2d&, const Rows<const int8_t>&, Nibbles, const Rows<int8_t>&, RowRange) { return false; }

}  // namespace

const char* check_conv_2d(const NodeView& node) {
  const TensorRecord& weights = node.input(kWeights);
  const uint32_t channels = weights.shape[0];
  if (const char* rule = check_weighted_form(node, channels)) return rule;
  const uint32_t groups = node.input(kData).shape[3] / weights.shape[3];
  if (node.input(kData).shape[3] % weights.shape[3] != 0 || channels % groups != 0 || node.output().shape[3] != channels)
    return "M24";
  if (const char* rule = check_convolution(node)) return rule;
  const uint32_t taps = weights.shape[1] * weights.shape[2] * weights.shape[3];
  return check_weighted_range(node, {channels, taps, taps, 1});
}

void run_conv_2d(const NodeView& node) {
  Conv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.groups = conv.input_channels / node.input(kWeights).shape[3];
  conv.input_zero_point = node.input(kData).zero_point;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  const Rows<const int8_t> input = node.rows<int8_t>(kData);
  const Rows<int8_t> output = node.result_rows<int8_t>();
  with_weights(node, [&](auto weights) {
    if (goes_by_four(weights) && conv.groups == 1 && conv.output_channels >= least_channels(weights))
      return conv_2d_by_four(conv, input, weights, output, node.range);
    if (try_in_groups(conv, input, weights, output, node.range)) return;
    conv_2d_reference(conv, input, weights, output, node.range);
  });
}

RowWindow rows_conv_2d(const NodeView& node, uint32_t) { return row_window_of(convolution_window(node).height); }

}  // namespace mote
