// depthwise_conv_2d_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/convolution_check.h"
#include "device/kernels/depthwise_conv_2d_int16/depthwise_conv_2d_int16.h"
#include "device/kernels/operators.h"

namespace mote {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

const char* check_depthwise_conv_2d_int16(const NodeView& node) { return check_depthwise_conv_2d_on<OnInt16>(node); }

void run_depthwise_conv_2d_int16(const NodeView& node) {
  DepthwiseConv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.input_zero_point = 0;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  depthwise_conv_2d_int16_reference(conv, node.data<int16_t>(kData), node.constant<int8_t>(kWeights), node.result<int16_t>());
}

}  // namespace mote
