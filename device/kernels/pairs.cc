// Checks of operators on two operands (docs/spec/model-format.md, M19, M26, M38).
#include "device/kernels/pairs.h"

namespace mote {
namespace {

Factor factor_at(const NodeView& node, uint32_t place) { return {node.attribute(place), node.attribute(place + 1)}; }

bool in_range(Factor factor, int32_t most_shift) {
  return factor.multiplier >= 0 && factor.shift >= -31 && factor.shift <= most_shift;
}

}  // namespace

const char* check_pair(const NodeView& node) {
  const TensorRecord &first = node.input(0), &second = node.input(1), &output = node.output();
  if (!is_activation(first, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (!is_activation(second, TensorType::int8) && !is_constant(second, TensorType::int8)) return "M19";
  if (!same_shape(first, output) || element_count(first) % element_count(second) != 0) return "M26";
  return nullptr;
}

Add scaled_pair_of(const NodeView& node) {
  Add add;
  add.first_zero_point = node.input(0).zero_point;
  add.second_zero_point = node.input(1).zero_point;
  add.output_zero_point = node.output().zero_point;
  add.first = factor_at(node, attribute::kAddFirstMultiplier);
  add.second = factor_at(node, attribute::kAddSecondMultiplier);
  add.sum = factor_at(node, attribute::kAddSumMultiplier);
  add.low = node.attribute(attribute::kAddClampMin);
  add.high = node.attribute(attribute::kAddClampMax);
  add.rounding = node.model->rounding;
  return add;
}

// The scaled operands are at most 255 * 2^20 < 2^28 each where their shifts are not positive, so their sum may be shifted by 1.
bool is_scaled_pair(const NodeView& node) {
  const Add add = scaled_pair_of(node);
  return in_range(add.first, 0) && in_range(add.second, 0) && in_range(add.sum, 1);
}

}  // namespace mote
