// assign: a state becomes what the input is, element after element, whatever their shapes and scales (O41).
#include <string.h>

#include "device/kernels/operators.h"

namespace mote {

// check_order has seen to it that the output is a state.
const char* check_assign(const NodeView& node) {
  const TensorRecord &value = node.input(0), &state = node.output();
  if (!is_activation(value) || value.type != state.type) return "M19";
  if (element_count(value) != element_count(state)) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_assign(const NodeView& node) { memmove(node.result<uint8_t>(), node.data<uint8_t>(0), byte_count(node.output())); }

}  // namespace mote
