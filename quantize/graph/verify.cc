// What every graph must hold to before anything is done with it.
#include <algorithm>
#include <cmath>
#include <set>

#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

constexpr uint32_t kMostExtent = 1u << 16;  // of a filter, a stride or a margin

class Verifier {
 public:
  Verifier(const Graph& graph, std::string where) : graph_(graph), where_(std::move(where)) {}

  Result<void> verify() {
    made_.assign(graph_.values.size(), false);
    for (ValueId id = 0; id < graph_.values.size(); ++id) TRY_DO(verify_value(id));
    TRY_DO(verify_ends());
    for (const Node& node : graph_.nodes) TRY_DO(verify_node(node));
    for (ValueId id = 0; id < graph_.values.size(); ++id)
      if (graph_.values[id].state && !assigned_.contains(id))
        return problem("the state %" + std::to_string(id) + " is never assigned");
    for (const ValueId output : graph_.outputs)
      if (!made_[output]) return problem("the output %" + std::to_string(output) + " is never made");
    if (graph_.front_nodes != 0 && !made_[graph_.input()]) return problem("no front node makes the input");
    if (graph_.statistics != kNoValue && !made_[graph_.statistics]) return problem("no node makes the statistics");
    return {};
  }

 private:
  Error problem(const std::string& what) const { return Error{.cause = Cause::usage, .what = what, .where = where_, .todo = ""}; }
  Error problem(const Node& node, const std::string& what) const { return problem(describe(graph_, node) + ": " + what); }

  bool known(ValueId id) const { return id < graph_.values.size(); }

  Result<void> verify_value(ValueId id) {
    const Value& value = graph_.values[id];
    const std::string name = "%" + std::to_string(id) + (value.name.empty() ? "" : " '" + value.name + "'");
    uint64_t count = 1;
    for (const uint32_t dimension : value.shape) {
      count *= dimension;
      if (count == 0 || count > kMostElements) return problem(name + " has a shape without elements or with too many");
    }
    for (const float scale : value.quantization.scale)
      if (!(scale > 0) || !std::isfinite(scale)) return problem(name + " has a scale that is not positive and finite");
    if (value.constant && value.state) return problem(name + " is a constant and a state");
    made_[id] = value.constant || value.state;
    if (value.state && value.integers.empty()) return {};
    if (!value.constant && !value.state) {
      if (!value.floats.empty() || !value.integers.empty()) return problem(name + " is no constant and holds values");
      return {};
    }
    const bool real = value.type == Type::float32;
    if ((real ? value.floats.size() : value.integers.size()) != count || !(real ? value.integers.empty() : value.floats.empty()))
      return problem(name + " does not hold the " + std::to_string(count) + " values of its shape");
    if (!std::all_of(value.floats.begin(), value.floats.end(), [](float x) { return std::isfinite(x); }))
      return problem(name + " holds a value that is not finite");
    const auto most = static_cast<int32_t>((1u << (bits_of(value.type) - 1)) - 1);
    for (const int32_t whole : value.integers)
      if (whole > most || whole < -most - 1) return problem(name + " holds a value outside its type");
    return {};
  }

  Result<void> verify_ends() {
    if (!are_ends(graph_.inputs)) return problem("the graph has no input");
    if (!are_ends(graph_.outputs)) return problem("the graph has no output");
    const bool front = graph_.front_nodes != 0;
    if (front && (graph_.inputs.size() != 1 || graph_.outputs.size() != 1))
      return problem("a graph with a front end has one input and one output");
    if (front != (graph_.raw_input != kNoValue)) return problem("front nodes and a raw input come together or not at all");
    if (graph_.statistics != kNoValue && (!front || !known(graph_.statistics)))
      return problem("the statistics have no front end");
    if (graph_.front_nodes > graph_.nodes.size()) return problem("there are fewer nodes than front nodes");
    for (const ValueId begin : front ? std::vector<ValueId>{graph_.raw_input} : graph_.inputs) {
      if (!known(begin) || graph_.values[begin].constant) return problem("the input is a constant");
      if (graph_.values[begin].state) return problem("the input is a state");
      if (made_[begin]) return problem("a value is an input twice");
      made_[begin] = true;
    }
    return {};
  }

  bool are_ends(const std::vector<ValueId>& ends) const {
    return !ends.empty() && std::all_of(ends.begin(), ends.end(), [&](ValueId id) { return known(id); });
  }

  Result<void> verify_node(const Node& node) {
    if (!known(node.output)) return problem("a node makes a value that does not exist");
    if (!is_operator(node.op)) return problem("%" + std::to_string(node.output) + " is made by an operator that does not exist");
    const Rules& rule = rules(node.op);
    for (const ValueId input : node.inputs) {
      if (!known(input)) return problem(node, "it reads a value that does not exist");
      if (!made_[input]) return problem(node, "%" + std::to_string(input) + " is read before it is made");
    }
    const Value& output = graph_.values[node.output];
    if (output.state != (node.op == Op::assign))
      return problem(node, "it writes what is no state, or a state as if it were none");
    if (output.state ? !assigned_.insert(node.output).second : made_[node.output])
      return problem(node, "%" + std::to_string(node.output) + " is made twice");
    const size_t inputs = node.inputs.size();
    const bool real = output.type == Type::float32;
    if (inputs != rule.device_inputs && !(real && inputs >= rule.least_inputs && inputs <= rule.most_inputs))
      return problem(node, "it takes another number of inputs than " + std::to_string(inputs));
    for (const uint32_t extent : {node.stride_height, node.stride_width, node.filter_height, node.filter_width,
                                  node.dilation_height, node.dilation_width})
      if (extent == 0 || extent > kMostExtent) return problem(node, "a stride or filter is 0 or too large");
    for (const uint32_t margin : {node.pad_top, node.pad_left, node.pad_bottom, node.pad_right})
      if (margin > kMostExtent) return problem(node, "the padding is too large");
    if (!(node.low <= node.high)) return problem(node, "the clamp's low end is above its high end");
    if (!(node.epsilon >= 0)) return problem(node, "epsilon is negative");
    const Result<Shape> shape = rule.shape(graph_, node);
    if (!shape.ok()) return problem(node, shape.error().what);
    if (*shape != output.shape) return problem(node, "its output has another shape than its inputs give");
    if (real && rule.check != nullptr) {
      const Result<void> checked = rule.check(graph_, node);
      if (!checked.ok()) return problem(node, checked.error().what);
    }
    made_[node.output] = true;
    return {};
  }

  const Graph& graph_;
  std::string where_;
  std::vector<bool> made_;  // constants, states, inputs, and outputs of the nodes up to here
  std::set<ValueId> assigned_;
};

}  // namespace

std::string describe(const Graph& graph, const Node& node) {
  const auto place = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& other) { return &other == &node; });
  std::string text = "node " + std::to_string(place - graph.nodes.begin()) + ", " + std::string(rules(node.op).name);
  const std::string& name = graph.values[node.output].name;
  return name.empty() ? text : text + " '" + name + "'";
}

Result<void> verify(const Graph& graph, const std::string& where) { return Verifier(graph, where).verify(); }

}  // namespace mote
