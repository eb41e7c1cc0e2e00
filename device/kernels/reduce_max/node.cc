// reduce_max as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/reduce_max/reduce_max.h"

namespace mote {
namespace {

using attribute::kAlongInner;
using attribute::kAlongLeast;
using attribute::kAlongOuter;

Along view_of(const NodeView& node) { return along(node.input(0), node.attribute(kAlongOuter), node.attribute(kAlongInner)); }

}  // namespace

const char* check_reduce_max(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (!is_along(input, node.attribute(kAlongOuter), node.attribute(kAlongInner))) return "M51";
  if (element_count(output) != view_of(node).results()) return "M26";
  if (!is_flag(node.attribute(kAlongLeast)) || !rest_is_zero(node, kAlongLeast + 1)) return "M27";
  return input.scale == output.scale && input.zero_point == output.zero_point ? nullptr : "M31";
}

void run_reduce_max(const NodeView& node) {
  reduce_max_reference({view_of(node), node.attribute(kAlongLeast) != 0}, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
