// add as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/add/add.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

Factor factor_at(const NodeView& node, uint32_t place) { return {node.attribute(place), node.attribute(place + 1)}; }

// The scaled inputs are at most 255 * 2^20 < 2^28 each where their shifts are not positive, so their sum may be shifted by 1.
bool in_range(Factor factor, int32_t most_shift) {
  return factor.multiplier >= 0 && factor.shift >= -31 && factor.shift <= most_shift;
}

}  // namespace

const char* check_add(const NodeView& node) {
  const TensorRecord &first = node.input(0), &second = node.input(1), &output = node.output();
  if (!is_activation(first, TensorType::int8) || !is_activation(second, TensorType::int8) ||
      !is_activation(output, TensorType::int8))
    return "M19";
  if (!same_shape(first, second) || !same_shape(first, output)) return "M26";
  if (!is_clamp(node.attribute(attribute::kAddClampMin), node.attribute(attribute::kAddClampMax))) return "M27";
  const bool in = in_range(factor_at(node, attribute::kAddFirstMultiplier), 0) &&
                  in_range(factor_at(node, attribute::kAddSecondMultiplier), 0) &&
                  in_range(factor_at(node, attribute::kAddSumMultiplier), 1);
  return in ? nullptr : "M38";
}

void run_add(const NodeView& node) {
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
  const Rows<const int8_t> first = node.rows<int8_t>(0), second = node.rows<int8_t>(1);
  const Rows<int8_t> output = node.result_rows<int8_t>();
  for (uint32_t y = node.range.first; y < node.range.end; ++y)
    add_reference(add, first.at(y), second.at(y), static_cast<uint32_t>(output.row), output.at(y));
}

}  // namespace mote
