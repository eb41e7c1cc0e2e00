// conv_2d_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/conv_2d_int16/conv_2d_int16.h"
#include "device/kernels/convolution.h"
#include "device/kernels/operators.h"
#include "device/kernels/wide.h"

namespace mote {

using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

const char* check_conv_2d_int16(const NodeView& node) {
  const TensorRecord& weights = node.input(kWeights);
  const uint32_t channels = weights.shape[0];
  if (const char* rule = check_wide_form(node, channels)) return rule;
  const uint32_t groups = node.input(kData).shape[3] / weights.shape[3];
  if (node.input(kData).shape[3] % weights.shape[3] != 0 || channels % groups != 0 || node.output().shape[3] != channels)
    return "M24";
  if (const char* rule = check_wide_convolution(node)) return rule;
  return check_wide_range(node, channels, weights.shape[1] * weights.shape[2] * weights.shape[3]);
}

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
