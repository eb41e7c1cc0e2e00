// arg_max as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/arg_max/arg_max.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kAlongInner;
using attribute::kAlongLeast;
using attribute::kAlongOuter;

Along view_of(const NodeView& node) { return along(node.input(0), node.attribute(kAlongOuter), node.attribute(kAlongInner)); }

}  // namespace

const char* check_arg_max(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::int8) || !is_activation(node.output(), TensorType::int32)) return "M19";
  if (!is_along(node.input(0), node.attribute(kAlongOuter), node.attribute(kAlongInner))) return "M51";
  if (element_count(node.output()) != view_of(node).results()) return "M26";
  return is_flag(node.attribute(kAlongLeast)) && rest_is_zero(node, kAlongLeast + 1) ? nullptr : "M27";
}

void run_arg_max(const NodeView& node) {
  arg_max_reference({view_of(node), node.attribute(kAlongLeast) != 0}, node.data<int8_t>(0), node.result<int32_t>());
}

}  // namespace mote
