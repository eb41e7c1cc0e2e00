// conv_2d_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/conv_2d_int16/conv_2d_int16.h"
#include "device/kernels/convolution_check.h"
#include "device/kernels/operators.h"

namespace mote {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

const char* check_conv_2d_int16(const NodeView& node) { return check_conv_2d_on<OnInt16>(node); }

void run_conv_2d_int16(const NodeView& node) {
  Conv2d conv;
  conv.window = convolution_window(node);
  conv.input_channels = node.input(kData).shape[3];
  conv.output_channels = node.output().shape[3];
  conv.groups = conv.input_channels / node.input(kWeights).shape[3];
  conv.input_zero_point = 0;
  conv.bias = node.constant<int32_t>(kBias);
  conv.scaling = convolution_scaling(node);
  conv_2d_int16_reference(conv, node.data<int16_t>(kData), node.constant<int8_t>(kWeights), node.result<int16_t>());
}

}  // namespace mote
