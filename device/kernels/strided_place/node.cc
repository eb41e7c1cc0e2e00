// strided_place as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/move.h"
#include "device/kernels/operators.h"
#include "device/kernels/strided_place/strided_place.h"

namespace mote {

const char* check_strided_place(const NodeView& node) {
  const TensorRecord &base = node.input(0), &part = node.input(1), &output = node.output();
  if (!is_activation(base) || !is_activation(output) || base.type != output.type || part.type != output.type) return "M19";
  if (!same_shape(base, output)) return "M26";
  const uint32_t dense = element_count(part);
  return is_strided(node, dense) && is_inside(strided_of(node, dense), element_count(output)) ? nullptr : "M39";
}

void run_strided_place(const NodeView& node) {
  const Strided strided = strided_of(node, element_count(node.input(1)));
  if (node.result<uint8_t>() != node.data<uint8_t>(0))
    copy_bytes(node.result<uint8_t>(), node.data<uint8_t>(0), byte_count(node.output()));
  with_width_of(node.output(), [&](auto width) {
    using T = decltype(width);
    strided_place_reference(strided, node.operand<T>(1), node.result<T>());
  });
}

}  // namespace mote
