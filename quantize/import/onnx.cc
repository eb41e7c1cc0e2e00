// Walks over the nodes of an ONNX file, and names all that cannot be taken over in one error.
#include "quantize/import/onnx.h"

#include <algorithm>
#include <set>

#include "quantize/import/onnx/onnx_node.h"
#include "quantize/import/tflite.h"

namespace mote {
namespace {

constexpr int64_t kFirstOpset = 6, kLastOpset = 24;

class OnnxWalk {
 public:
  OnnxWalk(const OnnxModel& model, std::string where) : model_(model), where_(std::move(where)) { to_.opset = model.opset; }

  // The draft, and the scales of the file by the names of its values.
  struct Written {
    Bytes draft;
    FixedScales scales;
  };

  Result<Written> write() {
    if (model_.opset < kFirstOpset || model_.opset > kLastOpset)
      return refused("is of opset " + std::to_string(model_.opset) + "; from 6 to 24 they are read");
    TRY_DO(read_values());
    for (size_t i = 0; i < model_.operations.size(); ++i) read_operation(i);
    if (!problems_.empty()) return refused("cannot be imported: " + problems_);
    TRY_DO(read_ends());
    Written written;
    for (auto& [tensor, scale] : to_.scales) {
      scale.name = to_.draft.own_name(tensor);
      written.scales.push_back(scale);
    }
    written.draft = to_.draft.finish();
    return written;
  }

 private:
  Error refused(const std::string& what) const { return Error{.cause = Cause::usage, .what = what, .where = where_, .todo = ""}; }

  Result<void> read_values() {
    for (const auto& [name, constant] : model_.constants) to_.values[name] = {.extents = constant.extents, .constant = constant};
    for (const OnnxInput& input : model_.inputs) {
      if (!input.real && input.type.bits != 8) return refused("has an input '" + input.name + "' of no reals or 8 bits");
      OnnxValue value{.extents = input.extents, .constant = {}, .quantized = !input.real};
      const Order order = is_image_of_one_channel(input) ? Order::channels_last : Order::plain;
      const int32_t tensor = to_.draft.tensor(extents_in(order, input.extents), input.name);
      (order == Order::plain ? value.plain : value.channels_last) = tensor;
      to_.draft.add_input(tensor);
      if (!to_.values.emplace(input.name, std::move(value)).second) return refused("the same value is an input twice");
    }
    for (const OnnxOperation& operation : model_.operations)
      for (const std::string& name : operation.inputs) ++to_.uses[name];
    for (const std::string& name : model_.outputs) ++to_.uses[name];
    return {};
  }

  // Its elements are the same in both orders, and windows slide over it.
  bool is_image_of_one_channel(const OnnxInput& input) const {
    const auto slides = [&](const OnnxOperation& operation) {
      return (operation.operation == "Conv" || operation.operation == "QLinearConv" || operation.operation == "MaxPool" ||
              operation.operation == "AveragePool") &&
             !operation.inputs.empty() && operation.inputs[0] == input.name;
    };
    return (input.extents.size() == 3 || input.extents.size() == 4) && input.extents[1] == 1 &&
           std::any_of(model_.operations.begin(), model_.operations.end(), slides);
  }

  void read_operation(size_t place) {
    const OnnxOperation& operation = model_.operations[place];
    const bool reads_lost = std::any_of(operation.inputs.begin(), operation.inputs.end(),
                                        [&](const std::string& name) { return lost_.contains(name); });
    if (reads_lost && is_known(operation.operation)) return lose_outputs(operation);
    const Result<void> done = reads_lost ? unsupported("is not supported") : lower(operation);
    if (done.ok()) return;
    lose_outputs(operation);
    const std::string name = operation.name.empty() ? operation.outputs.empty() ? "" : operation.outputs[0] : operation.name;
    problems_ += (problems_.empty() ? "" : ", ") + ("node " + std::to_string(place)) + " (" + operation.operation +
                 (name.empty() ? "" : " '" + name + "'") + ") " + done.error().what;
  }

  bool is_known(std::string_view operation) const {
    return folds(operation) || find_onnx_operator(operation, to_.opset) != nullptr;
  }

  Result<void> lower(const OnnxOperation& operation) {
    OnnxNode node(operation, to_);
    if (operation.outputs.empty()) return unsupported("has no output");
    for (const std::string& output : operation.outputs)
      if (!output.empty() && to_.values.contains(output)) return unsupported("makes '" + output + "', which is there already");
    TRY(const bool folded, fold_constants(node));
    if (folded) return {};
    const FromOnnx lower = find_onnx_operator(operation.operation, to_.opset);
    if (lower == nullptr) return unsupported("is not supported");
    if (reads_quantized(node) && !takes_quantized(operation.operation)) return unsupported("calculates with integers");
    const bool stays =
        gives_quantized(operation.operation) || (reads_quantized(node) && operation.operation != "DequantizeLinear");
    TRY_DO(lower(node));
    for (const std::string& output : operation.outputs) {
      const auto made = to_.values.find(output);
      if (made == to_.values.end()) continue;
      made->second.quantized = stays;
      if (!stays) made->second.quanta.reset();
      if (stays && !gives_quantized(operation.operation)) made->second.quanta = to_.values.at(operation.inputs[0]).quanta;
    }
    return {};
  }

  bool reads_quantized(OnnxNode& node) const {
    for (size_t i = 0; i < node.input_count(); ++i)
      if (const auto found = to_.values.find(node.input_name(i)); found != to_.values.end() && found->second.quantized)
        return true;
    return false;
  }

  // What reads the output of an operator that could not be read is not to blame for that.
  void lose_outputs(const OnnxOperation& operation) { lost_.insert(operation.outputs.begin(), operation.outputs.end()); }

  Result<void> read_ends() {
    const OnnxOperation ends;
    OnnxNode node(ends, to_);
    for (const std::string& name : model_.outputs) {
      const auto made = to_.values.find(name);
      if (made == to_.values.end()) return refused("has an output '" + name + "' that nothing makes");
      if (made->second.quantized && (!made->second.quanta || made->second.quanta->type.bits != 8))
        return refused("has an output '" + name + "' of integers that are not of 8 bits and a known scale");
      if (made->second.constant) return refused("has an output '" + name + "' that is a constant");
      to_.draft.add_output(node.plain(made->second));
    }
    return {};
  }

  const OnnxModel& model_;
  std::string where_;
  OnnxImport to_;
  std::set<std::string> lost_;  // values that operators which cannot be read would have made
  std::string problems_;
};

}  // namespace

Result<OnnxGraph> read_onnx(ByteView bytes, const std::string& where, const OnnxConstants& given) {
  TRY(const OnnxModel model, read_onnx_file(bytes, where, given));
  TRY(OnnxWalk::Written written, OnnxWalk(model, where).write());
  TRY(Graph graph, read_float_tflite(written.draft, where));
  spread_scales(graph, written.scales);
  return OnnxGraph{.graph = std::move(graph), .scales = std::move(written.scales)};
}

}  // namespace mote
