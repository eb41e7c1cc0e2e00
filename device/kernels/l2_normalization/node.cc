// l2_normalization as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/l2_normalization/l2_normalization.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_l2_normalization(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (!same_shape(input, output)) return "M26";
  if (!rest_is_zero(node, 0)) return "M27";
  if (output.scale != 1.0f / 128 || output.zero_point != 0) return "M56";
  return input.shape[3] <= kMaxL2Channels ? nullptr : "M30";
}

void run_l2_normalization(const NodeView& node) {
  L2Normalization norm;
  norm.channels = node.input(0).shape[3];
  norm.places = element_count(node.input(0)) / norm.channels;
  norm.input_zero_point = node.input(0).zero_point;
  norm.rounding = node.model->rounding;
  l2_normalization_reference(norm, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
