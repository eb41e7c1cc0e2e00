// prelu as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"
#include "device/kernels/prelu/prelu.h"

namespace mote {
namespace {

using attribute::kPreluNegativeMultiplier;
using attribute::kPreluNegativeShift;
using attribute::kPreluPositiveMultiplier;
using attribute::kPreluPositiveShift;

bool in_range(int32_t multiplier, int32_t shift, int32_t most) { return multiplier >= 0 && shift >= -31 && shift <= most; }

}  // namespace

const char* check_prelu(const NodeView& node) {
  const TensorRecord &input = node.input(0), &slopes = node.input(1), &output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_constant(slopes, TensorType::int8) ||
      !is_activation(output, TensorType::int8))
    return "M19";
  if (!same_shape(input, output) || element_count(input) % element_count(slopes) != 0) return "M26";
  if (!rest_is_zero(node, kPreluNegativeShift + 1)) return "M27";
  const bool in = in_range(node.attribute(kPreluPositiveMultiplier), node.attribute(kPreluPositiveShift), kMaxPreluShift) &&
                  in_range(node.attribute(kPreluNegativeMultiplier), node.attribute(kPreluNegativeShift), kMaxPreluSlopeShift);
  return in ? nullptr : "M54";
}

void run_prelu(const NodeView& node) {
  Prelu prelu;
  prelu.input_zero_point = node.input(0).zero_point;
  prelu.slope_zero_point = node.input(1).zero_point;
  prelu.output_zero_point = node.output().zero_point;
  prelu.positive_multiplier = node.attribute(kPreluPositiveMultiplier);
  prelu.positive_shift = node.attribute(kPreluPositiveShift);
  prelu.negative_multiplier = node.attribute(kPreluNegativeMultiplier);
  prelu.negative_shift = node.attribute(kPreluNegativeShift);
  prelu.rounding = node.model->rounding;
  for_each_run(node, [&](const int8_t* input, const int8_t* slopes, uint32_t count, int8_t* output) {
    prelu.count = prelu.slope_count = count;
    prelu_reference(prelu, input, slopes, output);
  });
}

}  // namespace mote
