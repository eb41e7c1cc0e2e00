// What the host knows of each operator: its shape, its float arithmetic, how it becomes int8, what the device reads of it.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

struct Lowering;  // quantize/calibrate/lowering.h

using Attributes = std::array<int32_t, 8>;

// One call of an operator's float arithmetic. `packed` is what its `pack` made, `inputs` are in the node's order.
struct FloatCall {
  const Graph& graph;
  const Node& node;
  std::span<const float* const> inputs;
  const float* packed;
  float* output;

  const Shape& input_shape(size_t place) const { return graph.values[node.inputs[place]].shape; }
  const Shape& output_shape() const { return graph.values[node.output].shape; }
};

// What int8 scale an operator's output has.
enum class Scales : uint8_t {
  own,    // one that calibration chose, or the operator always has
  kept,   // that of its input: it only takes values from there
  joined  // that of all its inputs, which are brought to it
};

struct Rules {
  Op op = Op::none;
  std::string_view name;
  uint8_t device_inputs = 0;                  // as operators.def says; 0 when the device has no such operator
  uint8_t least_inputs = 1, most_inputs = 1;  // in a float graph
  bool clamps_last = false;                   // Node::low and high hold after everything else it does
  Scales scales = Scales::own;
  Op int16 = Op::none;  // the device's operator that does the same on int16 activations

  // The shape of the output, or what is wrong with the inputs. Asks no other thing of the graph than the inputs' shapes.
  Result<Shape> (*shape)(const Graph& graph, const Node& node) = nullptr;
  // What `execute` needs besides, so that it stays within its inputs; null when that is nothing.
  Result<void> (*check)(const Graph& graph, const Node& node) = nullptr;
  // Constants in the order in which `execute` reads them; null when it reads them as they are.
  std::vector<float> (*pack)(const Graph& graph, const Node& node) = nullptr;
  // Null for an operator that exists on integers only.
  void (*execute)(const FloatCall& call) = nullptr;
  // Adds the int8 operator to `lowering`; null when a pass must have removed the node before.
  Result<void> (*quantize)(Lowering& lowering, const Node& node) = nullptr;
  // What stands in the .mote node (docs/spec/operators); null when the device has no such operator.
  Attributes (*attributes)(const Graph& graph, const Node& node) = nullptr;
};

// Every operator has rules; `op` must be one of the table.
const Rules& rules(Op op);
// Null for a name that is none.
const Rules* find_rules(std::string_view name);
bool is_operator(Op op);

}  // namespace mote
