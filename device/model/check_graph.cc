// Checks the graph's FlatBuffer, its tensors and its ends (docs/spec/model-format.md, M8 to M14).
#include "device/format/view.h"
#include "device/model/check.h"
#include "device/model/number.h"
#include "device/model/sections.h"

namespace mote {
namespace {

constexpr uint64_t kMaxTensorBytes = 1u << 28;

// Fields of Graph in model.fbs, numbered in their order.
enum GraphField { kTensors, kNodes, kInputs, kOutputs, kRawInput, kStatistics, kFrontNodes };

bool is_shape_in_range(const TensorRecord& tensor) {
  uint64_t bytes = 4;  // of the widest type
  for (const uint32_t dimension : tensor.shape) {
    if (dimension < 1 || dimension > kMaxDimension) return false;
    bytes *= dimension;
    if (bytes > kMaxTensorBytes) return false;
  }
  return true;
}

// What is true of a state too.
Verdict check_activation(const TensorRecord& tensor) {
  if (tensor.shape[0] != 1 || !is_positive(tensor.scale)) return broken("M12");
  if (tensor.type == static_cast<uint8_t>(TensorType::int8))
    return tensor.zero_point >= -128 && tensor.zero_point <= 127 ? Verdict{} : broken("M12");
  return tensor.type != static_cast<uint8_t>(TensorType::int4) && tensor.zero_point == 0 ? Verdict{} : broken("M12");
}

// Constants, and the first values of states, stand in the weights section in the order of the tensors, so none overlaps another
// and each byte is checked once.
Verdict check_bytes(const TensorRecord& tensor, uint32_t weights_bytes, uint32_t* end) {
  if (tensor.offset % kAlignment != 0 || tensor.offset < *end) return broken("M13");
  if (tensor.offset > weights_bytes || byte_count(tensor) > weights_bytes - tensor.offset) return broken("M13");
  *end = tensor.offset + byte_count(tensor);
  return {};
}

Verdict check_constant(const TensorRecord& tensor) {
  const int32_t most = tensor.type == static_cast<uint8_t>(TensorType::int8) ? 127 : 0;
  if (tensor.zero_point > most || tensor.zero_point < -most - (most != 0 ? 1 : 0)) return broken("M13");
  return is_finite(tensor.scale) && tensor.scale >= 0 ? Verdict{} : broken("M13");
}

Verdict check_tensor(const TensorRecord& tensor, uint32_t weights_bytes, uint32_t* end) {
  const auto kind = static_cast<TensorKind>(tensor.kind);
  const Verdict verdict = kind == TensorKind::constant ? check_constant(tensor) : check_activation(tensor);
  if (!verdict.good()) return verdict;
  if (kind == TensorKind::activation) return tensor.offset == 0 ? Verdict{} : broken("M12");
  if (kind == TensorKind::state && tensor.offset == kNoOffset) return {};
  return check_bytes(tensor, weights_bytes, end);
}

Verdict check_tensors(const Model& model) {
  const uint32_t weights_bytes = find_section(model.file, SectionType::weights).bytes;
  uint32_t end = 0;
  for (uint32_t i = 0; i < model.tensor_count; ++i) {
    const TensorRecord& tensor = model.tensors[i];
    if (tensor.type > static_cast<uint8_t>(TensorType::int4) || tensor.kind > static_cast<uint8_t>(TensorKind::state))
      return broken("M11");
    if (tensor.reserved != 0) return broken("M11");
    if (!is_shape_in_range(tensor)) return broken("M10");
    const Verdict verdict = check_tensor(tensor, weights_bytes, &end);
    if (!verdict.good()) return verdict;
  }
  return {};
}

bool is_end(const Model& model, uint16_t tensor) {
  return tensor < model.tensor_count && model.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::activation);
}

bool is_end(const Model& model, uint16_t tensor, TensorType type) {
  return is_end(model, tensor) && model.tensors[tensor].type == static_cast<uint8_t>(type);
}

bool is_among(uint16_t tensor, const uint16_t* tensors, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    if (tensors[i] == tensor) return true;
  return false;
}

// Activations, none of them twice and none on both ends.
bool are_ends(const Model& model) {
  for (uint32_t i = 0; i < model.input_count; ++i)
    if (!is_end(model, model.inputs[i]) || is_among(model.inputs[i], model.inputs, i)) return false;
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (!is_end(model, model.outputs[i]) || is_among(model.outputs[i], model.outputs, i) ||
        is_among(model.outputs[i], model.inputs, model.input_count))
      return false;
  return true;
}

Verdict check_ends(const Model& model) {
  if (!are_ends(model) || model.front_nodes >= model.node_count) return broken("M14");
  if (!has_front_end(model)) return model.front_nodes == 0 && model.statistics == kNoTensor ? Verdict{} : broken("M14");
  if (model.front_nodes == 0 || !is_end(model, model.raw_input, TensorType::int16)) return broken("M14");
  if (model.input_count != 1 || !is_end(model, model.inputs[0])) return broken("M14");
  if (model.tensors[model.inputs[0]].type > static_cast<uint8_t>(TensorType::int16)) return broken("M14");
  if (model.output_count != 1 || !is_end(model, model.outputs[0], TensorType::int8)) return broken("M14");
  if (model.statistics == kNoTensor) return {};
  if (model.statistics == model.raw_input || !is_end(model, model.statistics, TensorType::int16)) return broken("M14");
  return {};
}

}  // namespace

Verdict read_graph(Model* model) {
  FileHeader header;
  memcpy(&header, model->file, sizeof header);
  model->rounding = static_cast<Rounding>(header.rounding);
  model->target = static_cast<Target>(header.target);
  model->weights = find_section(model->file, SectionType::weights).data;
  const Section section = find_section(model->file, SectionType::graph);
  FlatReader reader{section.data, section.bytes};
  const FlatTable graph = flat_root(&reader);
  const FlatVector tensors = flat_vector(graph, kTensors, sizeof(TensorRecord), alignof(TensorRecord));
  const FlatVector nodes = flat_vector(graph, kNodes, sizeof(NodeRecord), alignof(NodeRecord));
  const FlatVector inputs = flat_vector(graph, kInputs, sizeof(uint16_t), alignof(uint16_t));
  const FlatVector outputs = flat_vector(graph, kOutputs, sizeof(uint16_t), alignof(uint16_t));
  model->raw_input = flat_scalar<uint16_t>(graph, kRawInput, kNoTensor);
  model->statistics = flat_scalar<uint16_t>(graph, kStatistics, kNoTensor);
  model->front_nodes = flat_scalar<uint16_t>(graph, kFrontNodes, 0);
  if (!reader.ok) return broken("M8");
  if (tensors.count < 1 || tensors.count > kMaxTensors || nodes.count < 1 || nodes.count > kMaxNodes) return broken("M9");
  if (inputs.count < 1 || inputs.count > kMaxEnds || outputs.count < 1 || outputs.count > kMaxEnds) return broken("M9");
  model->inputs = reinterpret_cast<const uint16_t*>(inputs.data);
  model->outputs = reinterpret_cast<const uint16_t*>(outputs.data);
  model->input_count = static_cast<uint8_t>(inputs.count);
  model->output_count = static_cast<uint8_t>(outputs.count);
  model->tensors = reinterpret_cast<const TensorRecord*>(tensors.data);
  model->nodes = reinterpret_cast<const NodeRecord*>(nodes.data);
  model->tensor_count = static_cast<uint16_t>(tensors.count);
  model->node_count = static_cast<uint16_t>(nodes.count);
  return {};
}

Verdict check_graph(const Model& model) {
  if (const Verdict verdict = check_tensors(model); !verdict.good()) return verdict;
  return check_ends(model);
}

}  // namespace mote
