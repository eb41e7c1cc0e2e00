// Walks over the operators of a file, and names all that cannot be taken over in one error.
#include "quantize/import/tflite.h"

#include <algorithm>
#include <set>

#include "quantize/graph/text.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

constexpr int kReshape = 22;

bool is_among(const flatbuffers::Vector<int32_t>* tensors, const std::set<int32_t>& needed) {
  return tensors != nullptr &&
         std::any_of(tensors->begin(), tensors->end(), [&](int32_t tensor) { return needed.contains(tensor); });
}

// The operators that outputs need, with or without those that reshapes need for nothing else than to be told their shape.
std::set<uint32_t> needed_operators(const TfliteFile& file, bool with_shapes) {
  std::set<int32_t> tensors(file.subgraph().outputs()->begin(), file.subgraph().outputs()->end());
  std::set<uint32_t> needed;
  for (uint32_t i = file.operator_count(); i-- > 0;) {
    const tflite::Operator* node = file.node(i);
    if (node == nullptr || !is_among(node->outputs(), tensors)) continue;
    needed.insert(i);
    if (node->inputs() == nullptr) continue;
    const bool only_first = !with_shapes && file.code_of(*node) == kReshape && node->inputs()->size() > 0;
    tensors.insert(node->inputs()->begin(), only_first ? node->inputs()->begin() + 1 : node->inputs()->end());
  }
  return needed;
}

// Operators that work out the second input of reshapes. The shapes in the file say that already.
std::set<uint32_t> only_for_shapes(const TfliteFile& file) {
  std::set<uint32_t> shapes = needed_operators(file, true);
  for (const uint32_t place : needed_operators(file, false)) shapes.erase(place);
  return shapes;
}

class TfliteWalk {
 public:
  TfliteWalk(const TfliteFile& file, std::string where, bool floats, Rounding rounding) : file_(file), where_(std::move(where)) {
    to_.graph.rounding = rounding;
    to_.floats = floats;
  }

  Result<Graph> read() {
    TRY_DO(read_inputs());
    const std::set<uint32_t> shapes = only_for_shapes(file_);
    for (uint32_t i = 0; i < file_.operator_count(); ++i)
      if (!shapes.contains(i)) read_operator(i);
    if (!problems_.empty()) return refused("cannot be imported: " + problems_);
    TRY_DO(read_outputs());
    keep_variables(to_);
    TRY_DO(verify(to_.graph, where_));
    return std::move(to_.graph);
  }

 private:
  Error refused(const std::string& what) const { return Error{.cause = Cause::usage, .what = what, .where = where_, .todo = ""}; }

  Result<void> read_inputs() {
    for (const int32_t index : *file_.subgraph().inputs()) {
      const tflite::Tensor* tensor = file_.tensor(index);
      if (tensor == nullptr) return refused("an input is a tensor that does not exist");
      Result<Value> value = activation_of(*tensor);
      if (!value.ok()) return refused("its input '" + name_of(*tensor) + "' " + value.error().what);
      const ValueId id = to_.graph.add(std::move(*value));
      if (!to_.values.emplace(index, id).second) return refused("the same tensor is an input twice");
      to_.graph.inputs.push_back(id);
    }
    return {};
  }

  Result<void> read_outputs() {
    for (const int32_t index : *file_.subgraph().outputs()) {
      const auto made = to_.values.find(index);
      if (made == to_.values.end()) return refused("has an output that no operator makes");
      to_.graph.outputs.push_back(end_of(made->second));
    }
    return {};
  }

  // An end of the graph is made by a node, and is no other end and no state.
  ValueId end_of(ValueId id) {
    const auto is_among = [&](const std::vector<ValueId>& ends) { return std::find(ends.begin(), ends.end(), id) != ends.end(); };
    if (!is_among(to_.graph.inputs) && !is_among(to_.graph.outputs) && !to_.graph.values[id].state) return id;
    const ValueId end = to_.graph.add(made_like(to_.graph.values[id]));
    to_.graph.nodes.push_back({.op = Op::reshape, .inputs = {id}, .output = end});
    return end;
  }

  void read_operator(uint32_t place) {
    const tflite::Operator* node = file_.node(place);
    if (node == nullptr) return add_problem(place, "is damaged");
    const int code = file_.code_of(*node);
    const TfliteOperator* known = find_tflite_operator(code);
    const FromTflite lower = to_.floats ? find_float_operator(code) : known != nullptr ? known->lower : nullptr;
    const bool supported = lower != nullptr;
    if (supported && reads_lost(*node)) return lose_outputs(*node);
    TfliteNode view(file_, *node, to_);
    const Result<void> lowered =
        supported ? lower(view) : unsupported(to_.floats ? "is not supported in a float model" : "is not supported");
    if (lowered.ok()) return;
    lose_outputs(*node);
    const tflite::Tensor* output = view.output_tensor();
    const std::string name = output == nullptr || name_of(*output).empty() ? "" : " '" + name_of(*output) + "'";
    add_problem(place,
                "(" + (known != nullptr ? known->name : "builtin " + std::to_string(code)) + name + ") " + lowered.error().what);
  }

  void add_problem(uint32_t place, const std::string& what) {
    problems_ += (problems_.empty() ? "" : ", ") + ("operator " + std::to_string(place)) + " " + what;
  }

  // What reads the output of an operator that could not be read is not to blame for that.
  void lose_outputs(const tflite::Operator& node) {
    if (node.outputs() != nullptr) lost_.insert(node.outputs()->begin(), node.outputs()->end());
  }
  bool reads_lost(const tflite::Operator& node) const {
    return node.inputs() != nullptr &&
           std::any_of(node.inputs()->begin(), node.inputs()->end(), [&](int32_t index) { return lost_.contains(index); });
  }

  const TfliteFile& file_;
  std::string where_;
  Imported to_;
  std::set<int32_t> lost_;  // tensors that operators which cannot be read would have made
  std::string problems_;
};

}  // namespace

Result<Graph> read_tflite(ByteView bytes, const std::string& where, Rounding rounding) {
  TRY(const TfliteFile file, TfliteFile::open(bytes, where));
  return TfliteWalk(file, where, false, rounding).read();
}

Result<Graph> read_float_tflite(ByteView bytes, const std::string& where) {
  TRY(const TfliteFile file, TfliteFile::open(bytes, where));
  return TfliteWalk(file, where, true, Rounding::double_rounding).read();
}

Result<bool> is_float_tflite(ByteView bytes, const std::string& where) {
  TRY(const TfliteFile file, TfliteFile::open(bytes, where));
  const auto is_of = [&](int32_t index, TfliteType type) {
    const tflite::Tensor* tensor = file.tensor(index);
    return tensor != nullptr && !file.is_constant(*tensor) && tensor->type() == static_cast<int8_t>(type);
  };
  for (uint32_t i = 0; i < file.operator_count(); ++i)
    for (const auto* tensors : {file.node(i) == nullptr ? nullptr : file.node(i)->inputs(),
                                file.node(i) == nullptr ? nullptr : file.node(i)->outputs()})
      for (uint32_t k = 0; tensors != nullptr && k < tensors->size(); ++k)
        if (is_of(tensors->Get(k), TfliteType::int8) || is_of(tensors->Get(k), TfliteType::int16)) return false;
  const auto& inputs = *file.subgraph().inputs();
  return std::any_of(inputs.begin(), inputs.end(), [&](int32_t index) { return is_of(index, TfliteType::float32); });
}

}  // namespace mote
