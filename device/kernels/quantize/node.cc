// quantize as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/quantize/quantize.h"

namespace mote {

const char* check_quantize(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::float32) || !is_activation(node.output(), TensorType::int8)) return "M19";
  if (!same_shape(node.input(0), node.output())) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_quantize(const NodeView& node) {
  const TensorRecord& output = node.output();
  quantize_reference({element_count(output), output.scale, output.zero_point}, node.data<float>(0), node.result<int8_t>());
}

}  // namespace mote
