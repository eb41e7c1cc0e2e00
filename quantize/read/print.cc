// A model as tables for people and as JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/bytes.h"
#include "base/json.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"
#include "quantize/operators/softmax_numbers.h"
#include "quantize/pack/pack.h"
#include "quantize/read/model_file.h"

namespace mote {
namespace {

template <typename... Values>
std::string printed(const char* form, Values... values) {
  char line[256];
  std::snprintf(line, sizeof line, form, values...);
  return line;
}

std::string shape_of(const TensorRecord& tensor) {
  std::string text = "[";
  for (size_t i = 0; i < 4; ++i) text += (i == 0 ? "" : ",") + std::to_string(tensor.shape[i]);
  return text + "]";
}

uint64_t bytes_in(const TensorRecord& tensor) {
  uint64_t count = 1;
  for (const uint32_t dimension : tensor.shape) count *= dimension;
  return bytes_of(static_cast<Type>(tensor.type), count);
}

bool is_among(const std::vector<uint16_t>& tensors, uint16_t tensor) {
  return std::find(tensors.begin(), tensors.end(), tensor) != tensors.end();
}

bool is_constant_tensor(const TensorRecord& tensor) { return tensor.kind == static_cast<uint8_t>(TensorKind::constant); }

std::string operator_name(const NodeRecord& node) { return std::string(rules(static_cast<Op>(node.operator_code)).name); }

std::string_view type_of(const TensorRecord& tensor) { return type_name(static_cast<Type>(tensor.type)); }

// Where a tensor comes from: "input", "raw", "state", or the number of the node that makes it.
std::string source_of(const ModelFile& model, uint16_t tensor) {
  if (tensor == model.raw_input) return "raw";
  const bool known = tensor < model.tensors.size();
  if (known && model.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::state)) return "state";
  for (size_t i = 0; i < model.nodes.size(); ++i)
    if (model.nodes[i].output == tensor) return std::to_string(i);
  return "input";
}

// What a node reads, without constants: "3", "3,input"; "-" when nothing.
std::string sources_of(const ModelFile& model, const NodeRecord& node) {
  std::string text;
  for (uint16_t i = 0; i < node.input_count; ++i)
    if (!is_constant_tensor(model.tensors[node.inputs[i]])) text += (text.empty() ? "" : ",") + source_of(model, node.inputs[i]);
  return text.empty() ? "-" : text;
}

// Rows of its output that the arena holds: "25", or "3/25" of a ring.
std::string rows_of(const ModelFile& model, uint16_t tensor) {
  const uint32_t height = model.tensors[tensor].shape[1], held = model.held[tensor];
  return (held == height ? "" : std::to_string(held) + "/") + std::to_string(height);
}

std::string_view form_name(const NodeRecord& node) {
  return node.form == static_cast<uint8_t>(Form::packed) ? "packed" : "portable";
}

std::string part_of(const ModelFile& model, size_t index) {
  const uint16_t output = model.nodes[index].output;
  if (is_among(model.outputs, output)) return "makes the output";
  if (output == model.statistics) return "makes the statistics";
  if (is_among(model.inputs, output)) return "makes the input";
  return index < model.front_nodes ? "front end" : "";
}

// What a softmax divides its input by; 1 for one that takes it as it is, and for other operators.
double temperature_of(const ModelFile& model, const NodeRecord& node) {
  if (node.operator_code != static_cast<uint16_t>(OperatorCode::softmax)) return 1;
  std::array<int32_t, 8> numbers{};
  std::copy_n(std::begin(node.attributes), numbers.size(), numbers.begin());
  const double temperature = static_cast<double>(model.tensors[node.inputs[0]].scale) / softmax_scale(numbers);
  return std::fabs(temperature - 1) < 1e-6 ? 1 : temperature;
}

// What else there is to say of a node.
std::string remarks_of(const ModelFile& model, size_t index) {
  std::string text = part_of(model, index);
  const double temperature = temperature_of(model, model.nodes[index]);
  if (temperature != 1) text += (text.empty() ? "" : ", ") + printed("temperature %.4g", temperature);
  return text;
}

constexpr const char* kNodeHead =
    "node stage  operator             form     reads  output           type         scale  zero constants    arena    bytes    "
    "rows "
    "scratch\n";

std::string node_line(const ModelFile& model, size_t index) {
  const NodeRecord& node = model.nodes[index];
  const TensorRecord& output = model.tensors[node.output];
  uint64_t constants = 0;
  for (uint16_t i = 0; i < node.input_count; ++i)
    if (is_constant_tensor(model.tensors[node.inputs[i]])) constants += bytes_in(model.tensors[node.inputs[i]]);
  std::string line =
      printed("%4zu %5u  %-20s %-8s %-6s %-16s %-7s %10.5g %5d %9llu %8u %8llu %7s %7u  %s", index, model.stage_of(index),
              operator_name(node).c_str(), std::string(form_name(node)).c_str(), sources_of(model, node).c_str(),
              shape_of(output).c_str(), std::string(type_of(output)).c_str(), static_cast<double>(output.scale),
              output.zero_point, static_cast<unsigned long long>(constants), model.offsets[node.output],
              static_cast<unsigned long long>(bytes_in(output) / output.shape[1] * model.held[node.output]),
              rows_of(model, node.output).c_str(), model.scratch_bytes[index], remarks_of(model, index).c_str());
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string end_line(const ModelFile& model, const char* what, uint16_t tensor) {
  const TensorRecord& record = model.tensors[tensor];
  return printed("%-9s %s %s scale %.6g zero point %d at arena %u\n", what, std::string(type_of(record)).c_str(),
                 shape_of(record).c_str(), static_cast<double>(record.scale), record.zero_point, model.offsets[tensor]);
}

std::string head_of(const ModelFile& model) {
  std::string text = printed("model     %s\n", to_hex(model.model_id).c_str());
  text += printed("file      %u bytes, arena %u bytes, target %s\n", model.file_bytes, model.arena_bytes,
                  std::string(target_name(model.target)).c_str());
  if (model.raw_input != kNoTensor) {
    const TensorRecord& raw = model.tensors[model.raw_input];
    text += printed("raw       %s %s at arena %u\n", std::string(type_of(raw)).c_str(), shape_of(raw).c_str(),
                    model.offsets[model.raw_input]);
  }
  for (const uint16_t input : model.inputs) text += end_line(model, "input", input);
  for (const uint16_t output : model.outputs) text += end_line(model, "output", output);
  if (!model.labels.empty()) {
    text += "labels   ";
    for (const std::string& label : model.labels) text += " " + label;
    text += "\n";
  }
  text += printed("carries   %zu baseline scalars of %u windows, %u self-tests\n", model.baseline.scalars.size(),
                  model.baseline.windows, model.self_tests);
  return text;
}

Json to_json(const SectionInfo& section) {
  return {{"type", section.type},
          {"name", section.name},
          {"offset", section.offset},
          {"bytes", section.bytes},
          {"required", section.required}};
}

Json sections_json(const std::vector<SectionInfo>& sections) {
  Json json = Json::array();
  for (const SectionInfo& section : sections) json.push_back(to_json(section));
  return json;
}

Json tensor_json(const ModelFile& model, size_t index) {
  const TensorRecord& tensor = model.tensors[index];
  const bool constant = tensor.kind == static_cast<uint8_t>(TensorKind::constant);
  Json json = {{"shape", tensor.shape},
               {"type", type_of(tensor)},
               {"constant", constant},
               {"bytes", bytes_in(tensor)},
               {constant ? "weights_offset" : "arena_offset", constant ? tensor.offset : model.offsets[index]}};
  if (tensor.kind == static_cast<uint8_t>(TensorKind::state)) json["state"] = true;
  if (!constant) {
    json["scale"] = tensor.scale;
    json["zero_point"] = tensor.zero_point;
    json["held_rows"] = model.held[index];
  }
  return json;
}

Json node_json(const ModelFile& model, size_t index) {
  const NodeRecord& node = model.nodes[index];
  Json inputs = Json::array();
  for (uint16_t i = 0; i < node.input_count; ++i) inputs.push_back(node.inputs[i]);
  const uint32_t scratch = model.scratch[index];
  Json json = {{"operator", operator_name(node)},
               {"code", node.operator_code},
               {"version", node.version},
               {"form", form_name(node)},
               {"stage", model.stage_of(index)},
               {"inputs", inputs},
               {"output", node.output},
               {"scratch_bytes", model.scratch_bytes[index]},
               {"scratch_offset", scratch == kNoOffset ? Json(nullptr) : Json(scratch)},
               {"attributes", node.attributes}};
  if (const double temperature = temperature_of(model, node); temperature != 1) json["temperature"] = temperature;
  return json;
}

Json scalar_json(const BaselineScalar& scalar) {
  return {{"name", scalar.name},
          {"unit", scalar.unit},
          {"quantum", scalar.quantum},
          {"mean", scalar.mean},
          {"deviation", scalar.deviation},
          {"edges", scalar.edges},
          {"counts", scalar.counts},
          {"cusum_slack", scalar.cusum_slack},
          {"cusum_limit", scalar.cusum_limit}};
}

Json index_json(uint16_t tensor) { return tensor == kNoTensor ? Json(nullptr) : Json(tensor); }

}  // namespace

std::string to_text(const ModelSize& size) {
  std::string text = printed("model  %8u bytes\n", size.model_bytes);
  for (const SectionInfo& section : size.sections) text += printed("  %-13s %8u\n", section.name.c_str(), section.bytes);
  text += printed("  %-13s %8u\n", "table, padding", size.table_bytes);
  return text + printed("arena  %8u bytes, input, output and scratch included\n", size.arena_bytes);
}

Json to_json(const ModelSize& size) {
  return {{"model_bytes", size.model_bytes},
          {"arena_bytes", size.arena_bytes},
          {"table_bytes", size.table_bytes},
          {"sections", sections_json(size.sections)}};
}

std::string to_text(const ModelFile& model) {
  std::string text = head_of(model);
  text += std::string("\n") + kNodeHead;
  for (size_t i = 0; i < model.nodes.size(); ++i) text += node_line(model, i);
  if (!model.baseline.scalars.empty())
    text += "\nscalar              unit        mean  deviation  (raw quanta, held-out windows)\n";
  for (const BaselineScalar& scalar : model.baseline.scalars)
    text += printed("%-19.60s %-6.20s %9.1f %10.2f\n", scalar.name.c_str(), scalar.unit.c_str(), static_cast<double>(scalar.mean),
                    static_cast<double>(scalar.deviation));
  return text;
}

Json to_json(const ModelFile& model) {
  Json json = {{"model_id", to_hex(model.model_id)},
               {"model_bytes", model.file_bytes},
               {"arena_bytes", model.arena_bytes},
               {"target", target_name(model.target)},
               {"stages", model.stages},
               {"inputs", model.inputs},
               {"outputs", model.outputs},
               {"raw_input", index_json(model.raw_input)},
               {"statistics", index_json(model.statistics)},
               {"front_nodes", model.front_nodes},
               {"labels", model.labels},
               {"self_tests", model.self_tests}};
  json["sections"] = sections_json(model.sections);
  json["tensors"] = Json::array();
  for (size_t i = 0; i < model.tensors.size(); ++i) json["tensors"].push_back(tensor_json(model, i));
  json["nodes"] = Json::array();
  for (size_t i = 0; i < model.nodes.size(); ++i) json["nodes"].push_back(node_json(model, i));
  json["baseline"] = {{"windows", model.baseline.windows}, {"scalars", Json::array()}};
  for (const BaselineScalar& scalar : model.baseline.scalars) json["baseline"]["scalars"].push_back(scalar_json(scalar));
  return json;
}

}  // namespace mote
