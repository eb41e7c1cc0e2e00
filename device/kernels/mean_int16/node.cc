// mean_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean_int16/mean_int16.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kMeanInner;
using attribute::kMeanMultiplier;
using attribute::kMeanOuter;
using attribute::kMeanShift;

}  // namespace

const char* check_mean_int16(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  if (!is_activation(input, TensorType::int16) || !is_activation(node.output(), TensorType::int16)) return "M19";
  if (!is_along(input, node.attribute(kMeanOuter), node.attribute(kMeanInner))) return "M51";
  const Along view = along(input, node.attribute(kMeanOuter), node.attribute(kMeanInner));
  if (element_count(node.output()) != view.results()) return "M26";
  if (!rest_is_zero(node, kMeanInner + 1)) return "M27";
  const int32_t shift = node.attribute(kMeanShift);
  if (node.attribute(kMeanMultiplier) < 0 || shift < -31 || shift > 30) return "M34";
  const int64_t largest = int64_t{32768} * view.count;
  return largest <= INT32_MAX >> (shift > 0 ? shift : 0) ? nullptr : "M30";
}

void run_mean_int16(const NodeView& node) {
  Mean mean;
  mean.view = along(node.input(0), node.attribute(kMeanOuter), node.attribute(kMeanInner));
  mean.input_zero_point = mean.output_zero_point = 0;
  mean.multiplier = node.attribute(kMeanMultiplier);
  mean.shift = node.attribute(kMeanShift);
  mean.rounding = node.model->rounding;
  mean_int16_reference(mean, node.data<int16_t>(0), node.result<int16_t>());
}

}  // namespace mote
