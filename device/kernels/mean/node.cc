// mean as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean/mean.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kMeanInner;
using attribute::kMeanMultiplier;
using attribute::kMeanOuter;
using attribute::kMeanShift;

}  // namespace

const char* check_mean(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  if (!is_activation(input, TensorType::int8) || !is_activation(node.output(), TensorType::int8)) return "M19";
  if (!is_along(input, node.attribute(kMeanOuter), node.attribute(kMeanInner))) return "M51";
  const Along view = along(input, node.attribute(kMeanOuter), node.attribute(kMeanInner));
  if (element_count(node.output()) != view.results()) return "M26";
  if (!rest_is_zero(node, kMeanInner + 1)) return "M27";
  const int32_t shift = node.attribute(kMeanShift);
  if (node.attribute(kMeanMultiplier) < 0 || shift < -31 || shift > 30) return "M34";
  const int64_t largest = int64_t{255} * view.count;
  return largest <= (INT32_MAX - 255) >> (shift > 0 ? shift : 0) ? nullptr : "M30";
}

void run_mean(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  Mean mean;
  mean.view = along(input, node.attribute(kMeanOuter), node.attribute(kMeanInner));
  mean.input_zero_point = input.zero_point;
  mean.output_zero_point = node.output().zero_point;
  mean.multiplier = node.attribute(kMeanMultiplier);
  mean.shift = node.attribute(kMeanShift);
  mean.rounding = node.model->rounding;
  mean_reference(mean, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
