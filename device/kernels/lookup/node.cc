// lookup as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/lookup/lookup.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_lookup(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::int8) || !is_constant(node.input(1), TensorType::int8) ||
      !is_activation(node.output(), TensorType::int8))
    return "M19";
  if (!has_shape(node.input(1), 1, 1, 1, 256)) return "M24";
  if (!same_shape(node.input(0), node.output())) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_lookup(const NodeView& node) {
  const Rows<const int8_t> input = node.rows<int8_t>(0);
  const Rows<int8_t> output = node.result_rows<int8_t>();
  for (uint32_t y = node.range.first; y < node.range.end; ++y)
    lookup_reference(node.constant<int8_t>(1), input.at(y), static_cast<uint32_t>(output.row), output.at(y));
}

}  // namespace mote
