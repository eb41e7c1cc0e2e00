// VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE: resource variables, which become states.
//
// Within a run a variable is followed by its values: a read is another name for what was assigned last, or for the state. What
// was assigned last is kept for the next run by one assign, as soon as nobody reads the old state any more.
#include <algorithm>

#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

std::string variable_name(const tflite::VarHandleOptions& options) {
  const auto text = [](const flatbuffers::String* given) { return given == nullptr ? std::string() : given->str(); };
  return text(options.container()) + "/" + text(options.shared_name());
}

Result<Variable*> variable_of(TfliteNode& node) {
  const auto handle = node.imported().handles.find(node.input_index(0));
  if (handle == node.imported().handles.end()) return unsupported("has no variable");
  return &node.imported().variables[handle->second];
}

// The state of a variable that holds what `tensor` does.
Result<void> begin_state(TfliteNode& node, Variable& variable, const tflite::Tensor* tensor) {
  if (variable.state != kNoValue) return {};
  if (tensor == nullptr) return unsupported("refers to a tensor that does not exist");
  TRY(Value value, activation_of(*tensor));
  value.state = true;
  if (variable.first && variable.first->size() != count_of(value.shape))
    return unsupported("has a variable whose first value has another number of elements");
  if (variable.first) value.integers = *variable.first;
  variable.state = variable.current = node.graph().add(std::move(value));
  return {};
}

bool is_like(const Value& a, const Value& b) { return a.type == b.type && count_of(a.shape) == count_of(b.shape); }

int32_t index_at(const flatbuffers::Vector<int32_t>* list, uint32_t place) {
  return list != nullptr && place < list->size() ? list->Get(place) : -1;
}

// One operator of a subgraph that gives variables their first values; `names` are those of its handles.
Result<void> read_first(const TfliteFile& file, const tflite::Operator& node, Imported& to,
                        std::map<int32_t, std::string>& names) {
  const TfliteOperator* known = find_tflite_operator(file.code_of(node));
  if (known != nullptr && known->lower == from_tflite::var_handle) {
    TRY(const tflite::VarHandleOptions* options, file.options<tflite::VarHandleOptions>(node));
    names[index_at(node.outputs(), 0)] = variable_name(*options);
    return {};
  }
  const auto name = names.find(index_at(node.inputs(), 0));
  const tflite::Tensor* value = file.tensor(index_at(node.inputs(), 1));
  if (known == nullptr || known->lower != from_tflite::assign_variable || name == names.end() || value == nullptr)
    return unsupported("calls a subgraph that does more than give variables a constant");
  Variable& variable = to.variables[name->second];
  if (variable.state != kNoValue) return unsupported("gives a variable its first value after it was used");
  TRY(variable.first, file.integers(*value));
  return {};
}

// Behind which place nobody reads `read` and `made` is there.
std::ptrdiff_t place_behind(const Graph& graph, ValueId made, ValueId read) {
  const auto last = std::find_if(graph.nodes.rbegin(), graph.nodes.rend(), [&](const Node& node) {
    return node.output == made || std::find(node.inputs.begin(), node.inputs.end(), read) != node.inputs.end();
  });
  return graph.nodes.rend() - last;
}

// What a state was when the run began.
ValueId copied_at_first(Graph& graph, ValueId state) {
  const ValueId copy = graph.add(made_like(graph.values[state]));
  graph.nodes.insert(graph.nodes.begin(), {.op = Op::reshape, .inputs = {state}, .output = copy});
  return copy;
}

}  // namespace

namespace from_tflite {

Result<void> var_handle(TfliteNode& node) {
  TRY(const tflite::VarHandleOptions* options, node.options<tflite::VarHandleOptions>());
  node.imported().handles[node.output_index(0)] = variable_name(*options);
  return {};
}

Result<void> read_variable(TfliteNode& node) {
  TRY(Variable* const variable, variable_of(node));
  TRY_DO(begin_state(node, *variable, node.output_tensor()));
  TRY(const Value told, activation_of(*node.output_tensor()));
  if (!is_like(told, node.graph().values[variable->current])) return unsupported("reads a variable of another type or size");
  return node.alias(0, variable->current);
}

Result<void> assign_variable(TfliteNode& node) {
  TRY(Variable* const variable, variable_of(node));
  TRY(const ValueId value, node.elements(1));
  TRY_DO(begin_state(node, *variable, node.input_tensor(1)));
  if (!is_like(node.graph().values[value], node.graph().values[variable->state]))
    return unsupported("assigns to a variable of another type or size");
  if (!variable->fill) variable->fill = node.graph().values[value].quantization.zero_point;
  variable->current = value;
  return {};
}

Result<void> call_once(TfliteNode& node) {
  TRY(const tflite::CallOnceOptions* options, node.options<tflite::CallOnceOptions>());
  TRY(const TfliteFile file, node.file().at_subgraph(options->init_subgraph_index()));
  std::map<int32_t, std::string> names;
  for (uint32_t i = 0; i < file.operator_count(); ++i) {
    if (file.node(i) == nullptr) return unsupported("calls a subgraph that is damaged");
    TRY_DO(read_first(file, *file.node(i), node.imported(), names));
  }
  return {};
}

}  // namespace from_tflite

void keep_variables(Imported& to) {
  Graph& graph = to.graph;
  for (auto& [name, variable] : to.variables) {
    if (variable.state == kNoValue) continue;
    Value& state = graph.values[variable.state];
    if (!variable.first && variable.fill && *variable.fill != state.quantization.zero_point)
      state.integers.assign(count_of(state.shape), *variable.fill);
    if (variable.current != variable.state && graph.values[variable.current].state)
      variable.current = copied_at_first(graph, variable.current);
  }
  for (const auto& [name, variable] : to.variables) {
    if (variable.state == kNoValue) continue;
    graph.nodes.insert(graph.nodes.begin() + place_behind(graph, variable.current, variable.state),
                       {.op = Op::assign, .inputs = {variable.current}, .output = variable.state});
  }
}

}  // namespace mote
