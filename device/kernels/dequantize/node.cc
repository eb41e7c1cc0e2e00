// dequantize as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/dequantize/dequantize.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_dequantize(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::int8) || !is_activation(node.output(), TensorType::float32)) return "M19";
  if (!same_shape(node.input(0), node.output())) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_dequantize(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  dequantize_reference({element_count(input), input.scale, input.zero_point}, node.data<int8_t>(0), node.result<float>());
}

}  // namespace mote
