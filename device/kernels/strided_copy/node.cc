// strided_copy as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/strided_copy/strided_copy.h"

namespace mote {

const char* check_strided_copy(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input) || !is_activation(output) || input.type != output.type) return "M19";
  const uint32_t dense = element_count(output);
  return is_strided(node, dense) && is_inside(strided_of(node, dense), element_count(input)) ? nullptr : "M39";
}

void run_strided_copy(const NodeView& node) {
  const Strided strided = strided_of(node, element_count(node.output()));
  with_width_of(node.output(), [&](auto width) {
    using T = decltype(width);
    strided_copy_reference(strided, node.data<T>(0), node.result<T>());
  });
}

}  // namespace mote
