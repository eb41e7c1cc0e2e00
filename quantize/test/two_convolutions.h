// Two convolutions of 3 x 3 over an image of 12 x 10, quantized, one after the other.
#pragma once

#include "base/random.h"
#include "quantize/graph/graph.h"
#include "quantize/pack/pack.h"
#include "quantize/plan/plan.h"
#include "quantize/write/model.h"

namespace mote::test {

inline Graph two_convolutions() {
  Graph graph;
  Random random(1);
  const auto activation = [&graph](Shape shape) {
    Value value;
    value.shape = shape;
    value.type = Type::int8;
    value.quantization = {{0.05f}, -3};
    return graph.add(std::move(value));
  };
  const auto constant = [&](Type type, Shape shape, int32_t low, int32_t high) {
    Value value;
    value.shape = shape;
    value.type = type;
    value.constant = true;
    for (uint64_t i = 0; i < count_of(shape); ++i)
      value.integers.push_back(low + static_cast<int32_t>(random.below(static_cast<uint64_t>(high - low) + 1)));
    return graph.add(std::move(value));
  };
  ValueId last = activation({1, 12, 10, 4});
  graph.inputs = {last};
  for (int i = 0; i < 2; ++i) {
    Node node;
    node.op = Op::conv_2d;
    node.pad_top = node.pad_bottom = node.pad_left = node.pad_right = 1;
    node.inputs = {last, constant(Type::int8, {4, 3, 3, 4}, -120, 120), constant(Type::int32, {1, 1, 1, 4}, -2000, 2000),
                   constant(Type::int32, {1, 1, 2, 4}, 1 << 30, INT32_MAX)};
    for (size_t c = 4; c < 8; ++c) graph.values[node.inputs[3]].integers[c] = -9;
    node.output = last = activation({1, 12, 10, 4});
    graph.nodes.push_back(std::move(node));
  }
  graph.outputs = {last};
  return graph;
}

// Packed, and in one stage that rolls: the first is a ring of three rows.
inline Bytes rolled_convolutions() {
  const Graph graph = pack_for(Target::armv7e_m, two_convolutions());
  const GraphRecords records = records_of(graph, Target::armv7e_m);
  return write_model({.graph = graph, .records = records, .plan = plan_stages(records, {2})});
}

}  // namespace mote::test
