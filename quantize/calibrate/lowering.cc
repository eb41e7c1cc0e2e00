// From float to int8, node by node.
#include "quantize/calibrate/lowering.h"

#include <algorithm>
#include <cmath>

#include "quantize/calibrate/tabulate.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote {

ValueId Lowering::add_activation(ValueId of, Affine affine) {
  Value value;
  value.name = from.values[of].name;
  value.shape = from.values[of].shape;
  value.type = is_wide() ? Type::int16 : Type::int8;
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

std::optional<Affine> Lowering::fixed_affine(ValueId of) const {
  const ValueQuantization* chosen = find_scales(fixed, from.values[of].name);
  if (chosen == nullptr || chosen->scale.size() != 1) return std::nullopt;
  return Affine{chosen->scale[0], chosen->zero_point};
}

Affine Lowering::measured_affine(ValueId of) const {
  if (const std::optional<Affine> chosen = fixed_affine(of)) return *chosen;
  const ValueStatistics& seen = calibration.values[of];
  return affine_for(static_cast<double>(seen.low), static_cast<double>(seen.high));
}

Affine Lowering::affine_for(double low, double high) const {
  return is_wide() ? wide_affine_for(std::max(std::abs(low), std::abs(high))) : mote::affine_for(low, high);
}

Error Lowering::problem(const Node& node, const std::string& what) const {
  return Error{.cause = Cause::usage, .what = describe(from, node) + ": " + what, .where = "", .todo = ""};
}

namespace {

// The nodes from `first` on, as their operators' forms on int16.
Result<void> widen(Lowering& lowering, const Node& node, size_t first) {
  for (size_t i = first; i < lowering.to.nodes.size(); ++i) {
    Op& op = lowering.to.nodes[i].op;
    if (rules(op).int16 == Op::none)
      return lowering.problem(node, "no device has " + std::string(rules(op).name) + " on int16 activations; take int8");
    op = rules(op).int16;
  }
  return {};
}

Result<void> lower_node(Lowering& lowering, const Node& node) {
  const Rules& rule = rules(node.op);
  if (!node.inputs.empty() && lowering.from.values[node.inputs[0]].constant)
    return lowering.problem(node, "its input is a constant");
  if (rule.quantize == nullptr)
    return lowering.problem(node, "no device has this operator, and no operator before it can take it over");
  const size_t first = lowering.to.nodes.size();
  TRY_DO(rule.quantize(lowering, node));
  // Of an operator that has a scale whatever is asked for.
  if (const std::optional<Affine> asked = lowering.fixed_affine(node.output))
    lowering.made[node.output] = rescaled(lowering, lowering.made[node.output], *asked);
  return lowering.is_wide() ? widen(lowering, node, first) : Result<void>();
}

}  // namespace

Result<Lowered> lower(const Graph& from, const Calibration& calibration, const WeightPlan& weights, const FixedScales& fixed,
                      Activations activations, const std::string& where) {
  Lowering lowering{.from = from,
                    .calibration = calibration,
                    .weights = weights,
                    .activations = activations,
                    .to = {},
                    .made = std::vector<ValueId>(from.values.size(), kNoValue),
                    .fixed = fixed};
  for (const ValueId input : from.inputs)
    lowering.to.inputs.push_back(lowering.add_activation(input, lowering.measured_affine(input)));
  for (const Node& node : from.nodes) {
    Result<void> lowered = lower_node(lowering, node);
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
  Bytes::iterator to = bytes.begin();
  for (const ValueId id : graph.inputs) {
    const Affine affine = affine_of(graph.values[id]);
    for (uint64_t i = 0; i < count_of(graph.values[id].shape); ++i, ++at) {
      const auto value = static_cast<uint32_t>(quantize_value(static_cast<double>(floats[at]), affine));
      *to++ = static_cast<uint8_t>(value);
      if (affine.wide) *to++ = static_cast<uint8_t>(value >> 8);
    }
  }
}

void narrow_output(Lowered& lowered, const Graph& from, const Calibration& calibration) {
  Graph& graph = lowered.graph;
  const Value& wide = graph.values[graph.output()];
  const bool is_softmax = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    return node.op == Op::softmax_int16 && node.output == graph.output();
  });
  const ValueStatistics& seen = calibration.values[from.output()];
  const Affine affine =
      is_softmax ? Affine{1.0f / 256, -128} : affine_for(static_cast<double>(seen.low), static_cast<double>(seen.high));
  Value narrow;
  narrow.name = wide.name;
  narrow.shape = wide.shape;
  narrow.type = Type::int8;
  narrow.quantization = {.scale = {affine.scale}, .zero_point = affine.zero_point};
  const ValueId output = graph.add(std::move(narrow));
  graph.nodes.push_back({.op = Op::requantize, .inputs = {graph.output()}, .output = output});
  graph.outputs = {output};
}

std::pair<int32_t, int32_t> clamp_bounds(const Graph& graph, const Node& node) {
  const Affine out = affine_of(graph.values[node.output]);
  const auto bound = [&](float real) {  // in float, as TensorFlow Lite does
    const float q = std::round(real / out.scale) + static_cast<float>(out.zero_point);
    return static_cast<int32_t>(std::clamp(q, static_cast<float>(out.least()), static_cast<float>(out.most())));
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
