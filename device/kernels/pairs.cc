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

PairRuns::PairRuns(const NodeView& node)
    : first_rows_(node.rows<int8_t>(0)),
      output_rows_(node.result_rows<int8_t>()),
      y_(node.range.first),
      end_(node.range.end),
      rolls_(same_shape(node.input(1), node.output()) && is_activation(node.input(1))) {
  if (rolls_) second_rows_ = node.rows<int8_t>(1);
  const bool joined = end_ <= first_rows_.held && end_ <= output_rows_.held && (!rolls_ || end_ <= second_rows_.held);
  step_ = joined ? end_ - y_ : 1;
  length_ = step_ * static_cast<uint32_t>(output_rows_.row);
  if (!rolls_) repeat(node.operand<int8_t>(1), element_count(node.input(1)));
}

void PairRuns::repeat(const int8_t* operand, uint32_t operand_count) {
  second_rows_ = {operand, 1, 0};
  period_ = operand_count;
  if (operand_count > kRepeated / 2 || operand_count >= length_) return;
  for (uint32_t i = 0; i < operand_count; ++i) repeated_[i] = operand[i];
  for (; period_ + operand_count <= kRepeated && period_ < length_; period_ += operand_count)
    for (uint32_t i = 0; i < operand_count; ++i) repeated_[period_ + i] = operand[i];
  second_rows_.base = repeated_;
}

bool PairRuns::next() {
  at_ += count;
  if (at_ == length_) {
    at_ = 0;
    y_ += step_;
  }
  if (y_ >= end_) return false;
  uint32_t from = 0;  // a run ends where the second operand does
  count = length_ - at_;
  if (!rolls_) {
    if (at_ == 0) from = static_cast<uint32_t>(y_ * output_rows_.row % period_);
    if (count > period_ - from) count = period_ - from;
  }
  first = first_rows_.at(y_) + at_;
  second = second_rows_.at(rolls_ ? y_ : 0) + from;
  output = output_rows_.at(y_) + at_;
  return true;
}

}  // namespace mote
