// mean as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean/mean.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kMeanMultiplier;
using attribute::kMeanShift;

}  // namespace

const char* check_mean(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  if (!is_activation(input, TensorType::int8) || !is_activation(node.output(), TensorType::int8)) return "M19";
  if (!has_shape(node.output(), 1, 1, 1, input.shape[3])) return "M26";
  if (!rest_is_zero(node, kMeanShift + 1)) return "M27";
  const int32_t shift = node.attribute(kMeanShift);
  if (node.attribute(kMeanMultiplier) < 0 || shift < -31 || shift > 30) return "M34";
  const int64_t largest = int64_t{255} * input.shape[1] * input.shape[2];
  return largest <= (INT32_MAX - 255) >> (shift > 0 ? shift : 0) ? nullptr : "M30";
}

void run_mean(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  Mean mean;
  mean.places = input.shape[1] * input.shape[2];
  mean.channels = input.shape[3];
  mean.input_zero_point = input.zero_point;
  mean.output_zero_point = node.output().zero_point;
  mean.multiplier = node.attribute(kMeanMultiplier);
  mean.shift = node.attribute(kMeanShift);
  mean.rounding = node.model->rounding;
  mean_reference(mean, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
