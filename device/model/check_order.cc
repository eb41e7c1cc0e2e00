// Checks which node reads and writes what, and when (docs/spec/model-format.md, M15 to M18 and M58).
#include <string.h>

#include "device/kernels/operators.h"
#include "device/model/check.h"

namespace mote {
namespace {

class TensorSet {
 public:
  void add(uint16_t tensor) { bits_[tensor / 8] = static_cast<uint8_t>(bits_[tensor / 8] | 1u << tensor % 8); }
  void clear() { memset(bits_, 0, sizeof bits_); }
  bool has(uint16_t tensor) const { return (bits_[tensor / 8] >> tensor % 8 & 1) != 0; }

 private:
  uint8_t bits_[kMaxTensors / 8] = {};
};

bool is_constant(const Model& model, uint16_t tensor) {
  return model.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::constant);
}

bool is_state(const Model& model, uint16_t tensor) {
  return model.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::state);
}

struct Walk {
  const Model* model;
  TensorSet written;   // by any node so far, or given by the caller
  TensorSet readable;  // of those, what a node of this half may read
  TensorSet used;      // constants that a node has read
};

Verdict check_form(const Model& model, const NodeRecord& node) {
  const Operator* known = find_operator(node.operator_code);
  if (known == nullptr || node.version != kOperatorVersion) return refused(MOTE_UNKNOWN_OPERATOR);
  const bool packed = node.form == static_cast<uint8_t>(Form::packed);
  if (packed ? model.target == Target::portable : node.form != static_cast<uint8_t>(Form::portable)) return broken("M15");
  const Kernel* kernel = find_kernel(model, node);
  if (kernel == nullptr) return refused(MOTE_UNKNOWN_OPERATOR);
  if (node.input_count != kernel->inputs) return broken("M15");
  for (uint32_t i = 0; i < 4; ++i) {
    const bool in_use = i < node.input_count;
    if (in_use ? node.inputs[i] >= model.tensor_count : node.inputs[i] != kNoTensor) return broken("M15");
  }
  return node.output < model.tensor_count && !is_constant(model, node.output) ? Verdict{} : broken("M15");
}

Verdict check_inputs(Walk* walk, const NodeRecord& node) {
  for (uint32_t i = 0; i < node.input_count; ++i) {
    const uint16_t tensor = node.inputs[i];
    if (!is_constant(*walk->model, tensor)) {
      if (!walk->readable.has(tensor)) return broken(walk->written.has(tensor) ? "M17" : "M16");
      continue;
    }
    if (walk->used.has(tensor)) return broken("M18");
    walk->used.add(tensor);
  }
  return {};
}

// The front end makes `input` and `statistics`, the rest makes `output`, and neither does the other's work.
bool is_right_half(const Model& model, uint16_t tensor, bool front) {
  if (!has_front_end(model)) return true;
  if (is_state(model, tensor)) return !front;
  if (tensor == model.inputs[0] || tensor == model.statistics) return front;
  return tensor != model.outputs[0] || !front;
}

Verdict check_node(Walk* walk, const NodeRecord& node, bool front) {
  if (const Verdict verdict = check_form(*walk->model, node); !verdict.good()) return verdict;
  if (const Verdict verdict = check_inputs(walk, node); !verdict.good()) return verdict;
  const bool assigns = node.operator_code == static_cast<uint16_t>(OperatorCode::assign);
  if (assigns != is_state(*walk->model, node.output)) return broken("M58");
  if (walk->written.has(node.output)) return broken("M16");
  if (!is_right_half(*walk->model, node.output, front)) return broken("M17");
  walk->written.add(node.output);
  walk->readable.add(node.output);
  return {};
}

void give(Walk* walk, uint16_t tensor) {
  walk->written.add(tensor);
  walk->readable.add(tensor);
}

// From the end of the front end on: what the last run has left.
void give_states(Walk* walk) {
  for (uint16_t i = 0; i < walk->model->tensor_count; ++i)
    if (is_state(*walk->model, i)) walk->readable.add(i);
}

}  // namespace

Verdict check_order(const Model& model) {
  Walk walk{&model, {}, {}, {}};
  if (has_front_end(model)) give(&walk, model.raw_input);
  for (uint32_t i = 0; !has_front_end(model) && i < model.input_count; ++i) give(&walk, model.inputs[i]);
  if (!has_front_end(model)) give_states(&walk);
  for (uint32_t i = 0; i < model.node_count; ++i) {
    if (i == model.front_nodes && has_front_end(model)) {
      if (!walk.written.has(model.inputs[0])) return broken("M17");
      walk.readable.clear();  // mote_run starts here, without what the front end has made
      walk.readable.add(model.inputs[0]);
      give_states(&walk);
    }
    if (const Verdict verdict = check_node(&walk, model.nodes[i], i < model.front_nodes); !verdict.good()) return verdict;
  }
  for (uint16_t i = 0; i < model.tensor_count; ++i)
    if (!is_constant(model, i) && !walk.written.has(i)) return broken("M16");
  return {};
}

}  // namespace mote
