// conv_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/conv_2d/conv_2d.h"
#include "device/kernels/conv_2d/four.h"
#include "device/kernels/convolution_check.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

// The fastest kernel that takes the node.
void run_fastest(const Conv2d& conv, const Rows<const int8_t>& input, const int8_t* weights, const Rows<int8_t>& output,
                 RowRange range) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const int64_t taps = int64_t{height.filter} * width.filter * (conv.input_channels / conv.groups);
  if (conv.groups == 1 && conv.output_channels >= 4) return conv_2d_by_four(conv, input, weights, output, range);
  if (!kPlain && conv.groups > 1 && taps <= kMostGathered) return conv_2d_in_groups(conv, input, weights, output, range);
  conv_2d_reference(conv, input, weights, output, range);
}

void run_fastest(const Conv2d& conv, const Rows<const int8_t>& input, Nibbles weights, const Rows<int8_t>& output,
                 RowRange range) {
  if (kPlain) return conv_2d_reference(conv, input, weights, output, range);
  conv_2d_by_four(conv, input, weights, output, range);
}

}  // namespace

const char* check_conv_2d(const NodeView& node) { return check_conv_2d_on<OnInt8>(node); }

void run_conv_2d(const NodeView& node) {
  Conv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.groups = conv.input_channels / node.input(kWeights).shape[3];
  conv.input_zero_point = node.input(kData).zero_point;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  with_weights(
      node, [&](auto weights) { run_fastest(conv, node.rows<int8_t>(kData), weights, node.result_rows<int8_t>(), node.range); });
}

RowWindow rows_conv_2d(const NodeView& node, uint32_t) { return row_window_of(convolution_window(node).height); }

}  // namespace mote
