// Walks over the operators of a file, and names all that cannot be taken over in one error.
#include "quantize/import/tflite.h"

#include <algorithm>
#include <set>

#include "quantize/graph/text.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

class TfliteWalk {
 public:
  TfliteWalk(const TfliteFile& file, std::string where) : file_(file), where_(std::move(where)) {}

  Result<Graph> read() {
    TRY_DO(read_inputs());
    for (uint32_t i = 0; i < file_.operator_count(); ++i) read_operator(i);
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
    const bool supported = known != nullptr && known->lower != nullptr;
    if (supported && reads_lost(*node)) return lose_outputs(*node);
    TfliteNode view(file_, *node, to_);
    const Result<void> lowered = supported ? known->lower(view) : unsupported("is not supported");
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

Result<Graph> read_tflite(ByteView bytes, const std::string& where) {
  TRY(const TfliteFile file, TfliteFile::open(bytes, where));
  return TfliteWalk(file, where).read();
}

}  // namespace mote
