// depthwise_conv_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/convolution_check.h"
#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"
#include "device/kernels/depthwise_conv_2d/four.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

}  // namespace

const char* check_depthwise_conv_2d(const NodeView& node) { return check_depthwise_conv_2d_on<OnInt8>(node); }

void run_depthwise_conv_2d(const NodeView& node) {
  DepthwiseConv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.input_zero_point = node.input(kData).zero_point;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  const bool is_int8 = node.input(kWeights).type == static_cast<uint8_t>(TensorType::int8);
  if (is_int8 && conv.output_channels >= 4 && (!kPlain || conv.output_channels == conv.input_channels))
    return depthwise_conv_2d_by_four(conv, node.rows<int8_t>(kData), node.constant<int8_t>(kWeights), node.result_rows<int8_t>(),
                                     node.range);
  with_weights(node, [&](auto weights) {
    depthwise_conv_2d_reference(conv, node.rows<int8_t>(kData), weights, node.result_rows<int8_t>(), node.range);
  });
}

RowWindow rows_depthwise_conv_2d(const NodeView& node, uint32_t) { return row_window_of(convolution_window(node).height); }

}  // namespace mote
