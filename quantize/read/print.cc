// A model as tables for people and as JSON.
#include <algorithm>
#include <cstdio>

#include "base/bytes.h"
#include "base/json.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"
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

std::string node_line(const ModelFile& model, size_t index) {
  const NodeRecord& node = model.nodes[index];
  const TensorRecord& output = model.tensors[node.output];
  uint64_t constants = 0;
  for (uint16_t i = 0; i < node.input_count; ++i) {
    const TensorRecord& input = model.tensors[node.inputs[i]];
    if (input.kind == static_cast<uint8_t>(TensorKind::constant)) constants += bytes_in(input);
  }
  std::string part;
  if (index < model.front_nodes) part = "front end";
  if (is_among(model.inputs, node.output)) part = "makes the input";
  if (node.output == model.statistics) part = "makes the statistics";
  if (is_among(model.outputs, node.output)) part = "makes the output";
  return printed("%4zu  %-18s %-6s %-16s %-7s %10.5g %5d %9llu %8u %8llu  %s\n", index, operator_name(node).c_str(),
                 source_of(model, node.inputs[0]).c_str(), shape_of(output).c_str(), std::string(type_of(output)).c_str(),
                 static_cast<double>(output.scale), output.zero_point, static_cast<unsigned long long>(constants),
                 model.offsets[node.output], static_cast<unsigned long long>(bytes_in(output)), part.c_str());
}

std::string head_of(const ModelFile& model) {
  std::string text = printed("model     %s\n", to_hex(model.model_id).c_str());
  text += printed("file      %u bytes, arena %u bytes, target portable\n", model.file_bytes, model.arena_bytes);
  if (model.raw_input != kNoTensor) {
    const TensorRecord& raw = model.tensors[model.raw_input];
    text += printed("raw       %s %s at arena %u\n", std::string(type_of(raw)).c_str(), shape_of(raw).c_str(),
                    model.offsets[model.raw_input]);
  }
  for (const uint16_t index : model.inputs) {
    const TensorRecord& input = model.tensors[index];
    text += printed("input     %s %s scale %.6g zero point %d at arena %u\n", std::string(type_of(input)).c_str(),
                    shape_of(input).c_str(), static_cast<double>(input.scale), input.zero_point, model.offsets[index]);
  }
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
  }
  return json;
}

Json node_json(const NodeRecord& node) {
  Json inputs = Json::array();
  for (uint16_t i = 0; i < node.input_count; ++i) inputs.push_back(node.inputs[i]);
  return {{"operator", operator_name(node)}, {"code", node.operator_code},   {"version", node.version}, {"inputs", inputs},
          {"output", node.output},           {"attributes", node.attributes}};
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
  text += "\nnode  operator           reads  output           type         scale  zero constants    arena    bytes\n";
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
               {"target", "portable"},
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
  for (const NodeRecord& node : model.nodes) json["nodes"].push_back(node_json(node));
  json["baseline"] = {{"windows", model.baseline.windows}, {"scalars", Json::array()}};
  for (const BaselineScalar& scalar : model.baseline.scalars) json["baseline"]["scalars"].push_back(scalar_json(scalar));
  return json;
}

}  // namespace mote
