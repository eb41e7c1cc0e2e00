// Node by node from the portable form to the packed one.
#include "quantize/pack/pack.h"

#include <algorithm>
#include <cstdlib>

#include "quantize/operators/rules.h"
#include "quantize/pack/flat_channels.h"
#include "quantize/pack/weighted_node.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

struct NamedTarget {
  Target target;
  std::string_view name;
  Packer packer;  // null: all nodes stay portable
};

constexpr NamedTarget kTargetTable[] = {
    {Target::portable, "portable", nullptr},
    {Target::armv6_m, "armv6-m", nullptr},
    {Target::armv7_m, "armv7-m", pack_armv7_m},
    {Target::armv7e_m, "armv7e-m", pack_armv7e_m},
    {Target::armv8_1_m_mve, "armv8.1-m.mve", pack_armv8_1_m_mve},
    {Target::rv32, "rv32", nullptr},
    {Target::x86_64, "x86-64", pack_x86_64},
};

constexpr uint32_t kWeightLine =
    16;  // packed weights are filled up to lines of so many bytes, so that their shape can say their size

bool is_weighted(const Graph& graph, const Node& node) {
  if (node.op != Op::conv_2d && node.op != Op::depthwise_conv_2d && node.op != Op::fully_connected) return false;
  const Value &x = graph.values[node.inputs[0]], &weights = graph.values[node.inputs[1]];
  if (weights.type != Type::int8) return false;
  return node.op != Op::conv_2d || weights.shape[3] == x.shape[3];  // no groups
}

WeightedNode weighted_of(const Graph& graph, const Node& node, Rounding rounding) {
  const Value &x = graph.values[node.inputs[0]], &weights = graph.values[node.inputs[1]];
  const Value &requantization = graph.values[node.inputs[3]], &y = graph.values[node.output];
  const Shape& filter = weights.shape;
  WeightedNode result{};
  result.op = node.op;
  result.output_channels = y.shape[3];
  if (node.op == Op::fully_connected) {
    result.window = {{1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}};
    result.input_channels = filter[3];
    result.output_channels = filter[2];
    result.order = {filter[2], filter[3], filter[3], 1};
  } else {
    const auto number = [](uint32_t value) { return static_cast<int32_t>(value); };
    result.window.height = {number(x.shape[1]),   number(filter[1]),  number(node.stride_height),
                            number(node.pad_top), number(y.shape[1]), number(node.dilation_height)};
    result.window.width = {number(x.shape[2]),    number(filter[2]),  number(node.stride_width),
                           number(node.pad_left), number(y.shape[2]), number(node.dilation_width)};
    result.input_channels = x.shape[3];
    const uint32_t taps = filter[1] * filter[2] * (node.op == Op::conv_2d ? filter[3] : 1);
    result.order = node.op == Op::conv_2d ? WeightOrder{filter[0], taps, taps, 1} : WeightOrder{filter[3], taps, 1, filter[3]};
  }
  for (const int32_t weight : weights.integers) result.weights.push_back(static_cast<int8_t>(weight));
  result.wide_weights = weights.integers;
  result.bias = graph.values[node.inputs[2]].integers;
  const auto half = static_cast<std::ptrdiff_t>(requantization.integers.size() / 2);
  result.multipliers.assign(requantization.integers.begin(), requantization.integers.begin() + half);
  result.shifts.assign(requantization.integers.begin() + half, requantization.integers.end());
  result.input_zero_point = x.quantization.zero_point;
  result.output_zero_point = y.quantization.zero_point;
  result.rounding = rounding;
  return result;
}

int32_t pair_of(int32_t height, int32_t width) {
  return static_cast<int32_t>(static_cast<uint32_t>(height) | static_cast<uint32_t>(width) << 16);
}

struct Clamp {
  int32_t low, high;
};

Clamp clamp_of(const Graph& graph, const Node& node) {
  const Attributes portable = rules(node.op).attributes(graph, node);
  const bool full = node.op == Op::fully_connected;
  return {portable[full ? size_t{attribute::kFullClampMin} : size_t{attribute::kClampMin}],
          portable[full ? size_t{attribute::kFullClampMax} : size_t{attribute::kClampMax}]};
}

Attributes attributes_of(const Graph& graph, const Node& node, const WeightedNode& weighted, uint32_t columns) {
  const Clamp clamp = clamp_of(graph, node);
  const bool full = node.op == Op::fully_connected;
  Attributes attributes{};
  attributes[attribute::kPackedClamp] = (clamp.low & 255) | (clamp.high & 255) << 8;
  if (full) return attributes;
  const Axis &height = weighted.window.height, &width = weighted.window.width;
  attributes[attribute::kPackedStride] = pair_of(height.stride, width.stride);
  attributes[attribute::kPackedPad] = pair_of(height.pad, width.pad);
  attributes[attribute::kPackedFilter] = pair_of(height.filter, width.filter);
  attributes[attribute::kPackedDilation] = pair_of(height.dilation, width.dilation);
  attributes[attribute::kPackedColumns] = static_cast<int32_t>(columns);
  return attributes;
}

ValueId add_constant(Graph& graph, Type type, Shape shape, std::vector<int32_t> integers) {
  Value value;
  value.shape = shape;
  value.type = type;
  value.constant = true;
  value.integers = std::move(integers);
  return graph.add(std::move(value));
}

void replace(Graph& graph, Node& node, const PackedParts& parts) {
  std::vector<int32_t> weights(parts.weights.begin(), parts.weights.end());
  weights.resize((weights.size() + kWeightLine - 1) / kWeightLine * kWeightLine, 0);
  const auto lines = static_cast<uint32_t>(weights.size() / kWeightLine);
  const auto constants = static_cast<uint32_t>(parts.constants.size());
  node.inputs = {node.inputs[0], add_constant(graph, Type::int8, {1, 1, lines, kWeightLine}, std::move(weights)),
                 add_constant(graph, Type::int32, {1, 1, 1, constants}, parts.constants)};
  node.form = Form::packed;
}

bool is_small_enough(const PackedParts& parts) {
  return parts.weights.size() <= size_t{kWeightLine} * kMaxDimension && parts.constants.size() <= kMaxDimension;
}

}  // namespace

std::string_view target_name(Target target) { return kTargetTable[static_cast<size_t>(target)].name; }

std::optional<Target> find_target(std::string_view name) {
  for (const NamedTarget& known : kTargetTable)
    if (known.name == name) return known.target;
  return std::nullopt;
}

std::string target_names() {
  std::string names;
  for (const NamedTarget& known : kTargetTable) names += (names.empty() ? "" : ", ") + std::string(known.name);
  return names;
}

Graph pack_for(Target target, const Graph& graph) {
  Graph packed = graph;
  const Packer packer = kTargetTable[static_cast<size_t>(target)].packer;
  if (packer == nullptr) return packed;
  for (Node& node : packed.nodes) {
    if (!is_weighted(packed, node)) continue;
    WeightedNode weighted = weighted_of(packed, node, graph.rounding);
    const Clamp clamp = clamp_of(packed, node);
    tame_flat_channels(weighted, clamp.low, clamp.high);
    const std::optional<PackedParts> parts = packer(weighted);
    if (!parts || !is_small_enough(*parts)) continue;
    node.numbers = attributes_of(packed, node, weighted, parts->columns);
    replace(packed, node, *parts);
  }
  drop_dead(packed);
  return packed;
}

}  // namespace mote
