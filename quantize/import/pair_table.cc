// Asks the device's kernel for all 256 results, with a model of that one operator.
#include "quantize/import/pair_table.h"

#include "quantize/graph/text.h"
#include "quantize/import/table.h"
#include "quantize/read/run_tensors.h"
#include "quantize/write/model.h"

namespace mote {
namespace {

Value row_of(const Value& like, uint32_t count) {
  Value value;
  value.shape = {1, 1, 1, count};
  value.type = Type::int8;
  value.quantization = like.quantization;
  return value;
}

// The operator on [1, 1, 1, 256] and one constant. The device's first operand is an activation: a constant that stands first is
// filled into one.
Graph graph_of(const Node& pair, const Value& input, const Value& constant, const Value& output, bool constant_first) {
  Graph graph;
  const ValueId x = graph.add(row_of(input, 256));
  graph.inputs = {x};
  Node node = pair;
  if (constant_first) {
    const ValueId all = graph.add(row_of(constant, 256));
    Node fill{.op = Op::fill, .output = all};
    fill.numbers[0] = constant.integers[0];
    graph.nodes.push_back(std::move(fill));
    node.inputs = {all, x};
  } else {
    Value one = row_of(constant, 1);
    one.constant = true;
    one.integers = constant.integers;
    node.inputs = {x, graph.add(std::move(one))};
  }
  node.output = graph.add(row_of(output, 256));
  graph.outputs = {node.output};
  graph.nodes.push_back(std::move(node));
  return graph;
}

}  // namespace

Result<void> tabulate_pair(TfliteNode& node, const Node& pair, uint32_t constant) {
  TRY(const ValueId input, node.int8_elements(1 - constant));
  TRY(const std::vector<int32_t> values, node.integers(constant));
  TRY(Value operand, activation_of(*node.input_tensor(constant)));
  if (operand.type != Type::int8) return unsupported("has an operand that is not int8");
  operand.integers = values;
  TRY(const Value output, activation_of(*node.output_tensor()));
  Graph graph = graph_of(pair, node.graph().values[input], operand, output, constant == 0);
  graph.rounding = node.graph().rounding;
  TRY_DO(verify(graph, ""));
  const Bytes model = write_spread(graph).model;
  Bytes all(256);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint8_t>(static_cast<int>(i) - 128);
  const Result<Bytes> results = run_tensors(model, "", all, "");
  if (!results.ok()) return unsupported("has scales out of all proportion");
  std::vector<int32_t> table;
  for (const uint8_t result : *results) table.push_back(static_cast<int8_t>(result));
  return look_up(node, input, std::move(table));
}

}  // namespace mote
