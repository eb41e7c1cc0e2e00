// fill: one value everywhere.
#include <algorithm>
#include <bit>
#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

float value_of(const Node& node) { return std::bit_cast<float>(node.numbers[attribute::kFillValue]); }

Result<void> check(const Graph&, const Node& node) {
  if (std::isnan(value_of(node))) return shape_problem("its value is no number");
  return {};
}

void execute(const FloatCall& call) { std::fill_n(call.output, count_of(call.output_shape()), value_of(call.node)); }

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Affine affine = lowering.measured_affine(node.output);
  Node fill = node;
  const double value = std::clamp(static_cast<double>(value_of(node)), -1e30, 1e30);
  fill.numbers[attribute::kFillValue] = quantize_value(value, affine);
  fill.output = lowering.add_activation(node.output, affine);
  lowering.to.nodes.push_back(std::move(fill));
  return {};
}

}  // namespace

namespace operators {
extern const Rules fill;
const Rules fill = {.op = Op::fill,
                    .name = "fill",
                    .device_inputs = 0,
                    .least_inputs = 0,
                    .most_inputs = 0,
                    .int16 = Op::fill,
                    .shape = given_shape,
                    .check = check,
                    .execute = execute,
                    .quantize = quantize,
                    .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
