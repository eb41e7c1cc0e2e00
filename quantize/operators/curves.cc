// The curves of curves.def: in float the function, on the device its 256 values.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "quantize/calibrate/lowering.h"
#include "quantize/calibrate/tabulate.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

template <typename Curve>
void execute_curve(const FloatCall& call, Curve curve) {
  const uint64_t count = count_of(call.output_shape());
  const auto slope = static_cast<double>(call.node.slope);
  for (uint64_t i = 0; i < count; ++i) call.output[i] = static_cast<float>(curve(static_cast<double>(call.inputs[0][i]), slope));
}

// Where the function has known ends, TensorFlow Lite's scale for them; elsewhere what was seen.
Affine curve_affine(const Lowering& lowering, const Node& node) {
  if (const std::optional<Affine> fixed = lowering.fixed_affine(node.output)) return *fixed;
  if (node.op == Op::logistic) return {.scale = 1.0f / 256, .zero_point = -128};
  if (node.op == Op::tanh) return {.scale = 1.0f / 128, .zero_point = 0};
  return lowering.measured_affine(node.output);
}

template <typename Curve>
Result<void> quantize_curve(Lowering& lowering, const Node& node, Curve curve) {
  const auto slope = static_cast<double>(node.slope);
  tabulate(lowering, lowering.made[node.inputs[0]], lowering.add_activation(node.output, curve_affine(lowering, node)),
           [&](double x) { return curve(x, slope); });
  return {};
}

#define MOTE_CURVE(curve, function)                                                \
  double curve##_of(double x, [[maybe_unused]] double slope) { return function; }  \
  void execute_##curve(const FloatCall& call) { execute_curve(call, curve##_of); } \
  Result<void> quantize_##curve(Lowering& lowering, const Node& node) { return quantize_curve(lowering, node, curve##_of); }
#include "quantize/operators/curves.def"
#undef MOTE_CURVE

}  // namespace

namespace operators {
#define MOTE_CURVE(curve, function) \
  extern const Rules curve;         \
  const Rules curve = {             \
      .op = Op::curve, .name = #curve, .shape = first_shape, .execute = execute_##curve, .quantize = quantize_##curve};
#include "quantize/operators/curves.def"
#undef MOTE_CURVE
}  // namespace operators

}  // namespace mote
