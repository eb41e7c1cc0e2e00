// Looks scales up by name, and reads them off a graph.
#include "quantize/calibrate/fixed_scales.h"

#include <algorithm>

#include "quantize/operators/rules.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

class Spreading {
 public:
  Spreading(Graph& graph, FixedScales& scales) : graph_(graph), scales_(scales) {}

  // What is only moved, and what is put together of parts of one scale.
  void forward(const Node& node) {
    if (rules(node.op).scales == Scales::own || has(node.output)) return;
    const size_t count = rules(node.op).scales == Scales::kept ? 1 : node.inputs.size();
    const ValueQuantization* common = nullptr;
    for (size_t i = 0; i < count; ++i) {
      if (is_fill(node.inputs[i])) continue;
      const ValueQuantization* one = find_scales(scales_, graph_.values[node.inputs[i]].name);
      if (one == nullptr || (common != nullptr && !alike(*one, *common))) return;
      common = one;
    }
    if (common != nullptr) add(node.output, *common);
  }

  // Also through a clamp, which what makes its input may take over: what saturates in the one scale, it cuts off.
  void backward(const Node& node) {
    const bool one = rules(node.op).scales == Scales::kept || node.op == Op::clamp;
    const ValueQuantization* made = find_scales(scales_, graph_.values[node.output].name);
    if ((!one && rules(node.op).scales == Scales::own) || made == nullptr) return;
    const ValueQuantization scale = *made;
    for (size_t i = 0; i < (one ? 1 : node.inputs.size()); ++i)
      if (const ValueId input = node.inputs[i]; !graph_.values[input].constant && !has(input) && uses(graph_, input) == 1)
        add(input, scale);
  }

 private:
  static bool alike(const ValueQuantization& a, const ValueQuantization& b) {
    return a.scale == b.scale && a.zero_point == b.zero_point;
  }
  bool has(ValueId id) const { return find_scales(scales_, graph_.values[id].name) != nullptr; }
  bool is_fill(ValueId id) const {
    return std::any_of(graph_.nodes.begin(), graph_.nodes.end(),
                       [&](const Node& node) { return node.op == Op::fill && node.output == id; });
  }
  void add(ValueId id, ValueQuantization scale) {
    std::string& name = graph_.values[id].name;
    const auto same = [&](const Value& value) { return value.name == name; };
    if (name.empty() || std::count_if(graph_.values.begin(), graph_.values.end(), same) > 1) name = "%" + std::to_string(id);
    scale.name = name;
    scales_.push_back(std::move(scale));
  }

  Graph& graph_;
  FixedScales& scales_;
};

}  // namespace

void spread_scales(Graph& graph, FixedScales& scales) {
  if (scales.empty()) return;
  Spreading spreading(graph, scales);
  for (const Node& node : graph.nodes) spreading.forward(node);
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) spreading.backward(*node);
}

const ValueQuantization* find_scales(const FixedScales& scales, const std::string& name) {
  const auto found =
      std::find_if(scales.begin(), scales.end(), [&](const ValueQuantization& entry) { return entry.name == name; });
  return found == scales.end() || name.empty() ? nullptr : &*found;
}

FixedScales scales_of(const Graph& quantized) {
  FixedScales scales;
  for (const Value& value : quantized.values) {
    const bool holds = value.type == Type::int8 || value.type == Type::int4;
    if (!holds || value.name.empty() || value.quantization.scale.empty()) continue;
    scales.push_back({value.name, value.quantization.scale, value.quantization.zero_point, bits_of(value.type)});
  }
  return scales;
}

}  // namespace mote
