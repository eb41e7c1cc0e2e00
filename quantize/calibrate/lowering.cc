// From float to int8, node by node.
#include "quantize/calibrate/lowering.h"

#include <algorithm>
#include <cmath>

#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote {

ValueId Lowering::add_activation(ValueId of, Affine affine) {
  Value value;
  value.name = from.values[of].name;
  value.shape = from.values[of].shape;
  value.type = Type::int8;
  value.quantization = {.scale = {affine.scale}, .zero_point = affine.zero_point};
  return made[of] = to.add(std::move(value));
}

ValueId Lowering::add_constant(std::string name, Shape shape, Type type, std::vector<int32_t> integers,
                               Quantization quantization) {
  Value value;
  value.name = std::move(name);
  value.shape = shape;
  value.type = type;
  value.quantization = std::move(quantization);
  value.constant = true;
  value.integers = std::move(integers);
  return to.add(std::move(value));
}

Affine Lowering::affine_of(ValueId of) const { return mote::affine_of(to.values[made[of]]); }

Affine Lowering::measured_affine(ValueId of) const {
  const ValueQuantization* chosen = find_scales(fixed, from.values[of].name);
  if (chosen != nullptr && chosen->scale.size() == 1) return {chosen->scale[0], chosen->zero_point};
  const ValueStatistics& seen = calibration.values[of];
  return affine_for(static_cast<double>(seen.low), static_cast<double>(seen.high));
}

Error Lowering::problem(const Node& node, const std::string& what) const {
  return Error{.cause = Cause::usage, .what = describe(from, node) + ": " + what, .where = "", .todo = ""};
}

Result<Lowered> lower(const Graph& from, const Calibration& calibration, const WeightPlan& weights, const FixedScales& fixed,
                      const std::string& where) {
  Lowering lowering{.from = from,
                    .calibration = calibration,
                    .weights = weights,
                    .to = {},
                    .made = std::vector<ValueId>(from.values.size(), kNoValue),
                    .fixed = fixed};
  for (const ValueId input : from.inputs)
    lowering.to.inputs.push_back(lowering.add_activation(input, lowering.measured_affine(input)));
  for (const Node& node : from.nodes) {
    const Rules& rule = rules(node.op);
    Result<void> lowered = !node.inputs.empty() && from.values[node.inputs[0]].constant
                               ? lowering.problem(node, "its input is a constant")
                           : rule.quantize == nullptr
                               ? lowering.problem(node, "no device has this operator, and no operator before it can take it over")
                               : rule.quantize(lowering, node);
    if (!lowered.ok()) {
      Error error = std::move(lowered).error();
      error.where = where;
      return error;
    }
  }
  for (const ValueId output : from.outputs) lowering.to.outputs.push_back(lowering.made[output]);
  TRY_DO(verify(lowering.to, where));
  return Lowered{std::move(lowering.to), std::move(lowering.made)};
}

void quantize_inputs(const Graph& graph, std::span<const float> floats, Bytes& bytes) {
  size_t at = 0;
  for (const ValueId id : graph.inputs) {
    const Affine affine = affine_of(graph.values[id]);
    for (uint64_t i = 0; i < count_of(graph.values[id].shape); ++i, ++at)
      bytes[at] = static_cast<uint8_t>(quantize_value(static_cast<double>(floats[at]), affine));
  }
}

std::pair<int32_t, int32_t> clamp_bounds(const Graph& graph, const Node& node) {
  const Quantization& out = graph.values[node.output].quantization;
  const auto bound = [&](float real) {  // in float, as TensorFlow Lite does
    const float q = std::round(real / out.scale[0]);
    return static_cast<int32_t>(std::clamp(q + static_cast<float>(out.zero_point), -128.0f, 127.0f));
  };
  return {bound(node.low), bound(node.high)};
}

std::vector<double> channel_means(const Lowering& lowering, ValueId of) {
  const uint32_t channels = lowering.from.values[of].shape[3];
  const std::vector<double>& elements = lowering.calibration.values[of].means;
  std::vector<double> means(channels);
  for (size_t i = 0; i < elements.size(); ++i) means[i % channels] += elements[i];
  for (double& mean : means) mean /= static_cast<double>(elements.size() / channels);
  return means;
}

}  // namespace mote
