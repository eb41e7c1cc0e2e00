// add_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/add_int16/add_int16.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {
namespace {

// M38: 2^30 times at most 1/2 each, so that the sum is at most 2^30.
bool is_half_at_most(Factor factor) {
  return factor.multiplier >= 0 && factor.shift >= -31 && factor.shift <= (factor.multiplier <= 1 << 30 ? 0 : -1);
}

}  // namespace

const char* check_add_int16(const NodeView& node) {
  const TensorRecord &first = node.input(0), &second = node.input(1), &output = node.output();
  if (!is_activation(first, TensorType::int16) || !is_activation(output, TensorType::int16)) return "M19";
  if (!is_activation(second, TensorType::int16) && !is_constant(second, TensorType::int16)) return "M19";
  if (!same_shape(first, output) || element_count(first) % element_count(second) != 0) return "M26";
  if (!is_wide_clamp(node.attribute(attribute::kAddClampMin), node.attribute(attribute::kAddClampMax))) return "M27";
  const Add add = scaled_pair_of(node);
  const bool sum_fits = add.sum.multiplier >= 0 && add.sum.shift >= -31 && add.sum.shift <= 0;
  return is_half_at_most(add.first) && is_half_at_most(add.second) && sum_fits ? nullptr : "M38";
}

void run_add_int16(const NodeView& node) {
  add_int16_reference(scaled_pair_of(node), node.data<int16_t>(0), node.operand<int16_t>(1), element_count(node.input(1)),
                      element_count(node.output()), node.result<int16_t>());
}

}  // namespace mote
