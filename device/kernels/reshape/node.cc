// reshape as a node of a model: the same elements under another shape. Where the plan lays output over input, there is nothing to
// do (O15).
#include <string.h>

#include "device/kernels/operators.h"

namespace mote {

const char* check_reshape(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input) || !is_activation(output) || input.type != output.type) return "M19";
  if (element_count(input) != element_count(output)) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_reshape(const NodeView& node) {
  if (node.result<uint8_t>() != node.data<uint8_t>(0))
    memcpy(node.result<uint8_t>(), node.data<uint8_t>(0), byte_count(node.output()));
}

}  // namespace mote
