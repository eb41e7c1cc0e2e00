// A graph as text.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

constexpr size_t kLineWidth = 120;

// Hexadecimal (C99 %a), so that no bit is lost and none depends on how decimals are rounded.
std::string text_of_float(float value) {
  char text[40];
  if (std::isnan(value))
    std::snprintf(text, sizeof text, "nan:%08x", std::bit_cast<uint32_t>(value));
  else if (std::isinf(value))
    std::snprintf(text, sizeof text, value > 0 ? "inf" : "-inf");
  else if (value == 0)
    std::snprintf(text, sizeof text, std::signbit(value) ? "-0" : "0");
  else
    std::snprintf(text, sizeof text, "%a", static_cast<double>(value));
  return text;
}

std::string text_of_number(float value) { return text_of_float(value); }
std::string text_of_number(int32_t value) { return std::to_string(value); }

bool same(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }
bool same(int32_t a, int32_t b) { return a == b; }

// Values in lines; equal neighbours as "value*count".
template <typename T>
void append_values(std::string& text, const std::vector<T>& values) {
  text += " {";
  size_t line = kLineWidth;
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && same(values[end], values[i])) ++end;
    std::string item = text_of_number(values[i]);
    if (end - i > 1) item += "*" + std::to_string(end - i);
    if (line + 1 + item.size() > kLineWidth) {
      text += "\n  ";
      line = 2;
    } else {
      text += ' ';
      ++line;
    }
    text += item;
    line += item.size();
    i = end;
  }
  text += " }";
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\\') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      text += escape;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string reference(ValueId id) { return "%" + std::to_string(id); }

void append_type(std::string& text, const Value& value) {
  text += ' ';
  text += type_name(value.type);
  text += '[';
  for (size_t i = 0; i < 4; ++i) text += (i == 0 ? "" : ",") + std::to_string(value.shape[i]);
  text += ']';
  if (!value.name.empty()) text += ' ' + quoted(value.name);
  if (!value.quantization.scale.empty()) {
    text += " scale=[";
    for (size_t i = 0; i < value.quantization.scale.size(); ++i)
      text += (i == 0 ? "" : ",") + text_of_float(value.quantization.scale[i]);
    text += ']';
  }
  if (value.quantization.zero_point != 0) text += " zero=" + std::to_string(value.quantization.zero_point);
}

void append_constant(std::string& text, const Value& value) {
  if (value.type == Type::float32)
    append_values(text, value.floats);
  else
    append_values(text, value.integers);
}

std::string pair(const char* key, uint32_t a, uint32_t b) {
  return std::string(" ") + key + "=[" + std::to_string(a) + "," + std::to_string(b) + "]";
}

void append_attributes(std::string& text, const Node& node) {
  const Node plain;
  if (node.stride_height != 1 || node.stride_width != 1) text += pair("stride", node.stride_height, node.stride_width);
  if (node.filter_height != 1 || node.filter_width != 1) text += pair("filter", node.filter_height, node.filter_width);
  if (node.pad_top != 0 || node.pad_left != 0 || node.pad_bottom != 0 || node.pad_right != 0)
    text += " pad=[" + std::to_string(node.pad_top) + "," + std::to_string(node.pad_left) + "," +
            std::to_string(node.pad_bottom) + "," + std::to_string(node.pad_right) + "]";
  if (!same(node.low, plain.low) || !same(node.high, plain.high)) {
    text += " clamp=[" + (same(node.low, plain.low) ? "none" : text_of_float(node.low));
    text += "," + (same(node.high, plain.high) ? "none" : text_of_float(node.high)) + "]";
  }
  if (node.dilation_height != 1 || node.dilation_width != 1) text += pair("dilation", node.dilation_height, node.dilation_width);
  if (node.numbers != plain.numbers) {
    for (size_t i = 0; i < node.numbers.size(); ++i) text += (i == 0 ? " numbers=[" : ",") + std::to_string(node.numbers[i]);
    text += ']';
  }
  if (!same(node.epsilon, plain.epsilon)) text += " epsilon=" + text_of_float(node.epsilon);
  if (!same(node.slope, plain.slope)) text += " slope=" + text_of_float(node.slope);
}

void append_node(std::string& text, const Graph& graph, const Node& node) {
  if (node.op == Op::assign) {
    text += "assign " + reference(node.output) + " = " + reference(node.inputs[0]) + "\n";
    return;
  }
  text += reference(node.output) + " = " + std::string(rules(node.op).name) + "(";
  for (size_t i = 0; i < node.inputs.size(); ++i) text += (i == 0 ? "" : ", ") + reference(node.inputs[i]);
  text += ')';
  append_attributes(text, node);
  text += " :";
  append_type(text, graph.values[node.output]);
  text += '\n';
}

bool is_among(const std::vector<ValueId>& ids, ValueId id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

void append_source(std::string& text, const Graph& graph, ValueId id, const char* kind) {
  text += reference(id) + " = " + kind;
  append_type(text, graph.values[id]);
  if (graph.values[id].constant || !graph.values[id].integers.empty()) append_constant(text, graph.values[id]);
  text += '\n';
}

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::int8:
      return "int8";
    case Type::int4:
      return "int4";
    case Type::int16:
      return "int16";
    case Type::int32:
      return "int32";
    case Type::float32:
      return "float32";
  }
  return "unknown";
}

std::string to_text(const Graph& graph) {
  std::string text = "mote-graph 1\n";
  std::vector<bool> made(graph.values.size(), false);
  for (const Node& node : graph.nodes) made[node.output] = !graph.values[node.output].state;
  for (ValueId id = 0; id < graph.values.size(); ++id) {
    if (made[id]) continue;
    const bool constant = graph.values[id].constant;
    append_source(text, graph, id,
                  constant                     ? "constant"
                  : graph.values[id].state     ? "state"
                  : id == graph.raw_input      ? "raw_input"
                  : is_among(graph.inputs, id) ? "input"
                                               : "unused");
  }
  for (const Node& node : graph.nodes) append_node(text, graph, node);
  if (graph.front_nodes != 0) {
    text += "front nodes=" + std::to_string(graph.front_nodes) + " input=" + reference(graph.input());
    if (graph.statistics != kNoValue) text += " statistics=" + reference(graph.statistics);
    text += '\n';
  }
  for (const ValueId output : graph.outputs) text += (output == graph.output() ? "return " : ", ") + reference(output);
  text += "\n";
  return text;
}

}  // namespace mote
