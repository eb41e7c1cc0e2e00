// Plans of random networks: however the nodes are divided into stages, the bytes are those of a run in which nothing shares
// memory.
#include "quantize/plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "quantize/graph/text.h"
#include "quantize/read/loaded_model.h"
#include "quantize/test/graphs.h"
#include "quantize/write/model.h"

namespace mote {
namespace {

// Convolutions, depthwise ones, pools and sums over an image, int8 from the start.
class ImageNetwork {
 public:
  explicit ImageNetwork(uint64_t seed) : random_(seed) {
    last_ = activation({1, between(1, 14), between(1, 9), between(1, 5)});
    graph_.inputs = {last_};
    for (uint32_t i = between(2, 9); i > 0; --i) add_layer();
    graph_.outputs = {last_};
    if (random_.below(3) == 0 && graph_.nodes.size() > 2) graph_.outputs.push_back(graph_.nodes[graph_.nodes.size() / 2].output);
    if (graph_.outputs.size() == 2 && graph_.outputs[0] == graph_.outputs[1]) graph_.outputs.pop_back();
  }

  const Graph& graph() const { return graph_; }

 private:
  uint32_t between(uint32_t low, uint32_t high) { return low + static_cast<uint32_t>(random_.below(high - low + 1)); }
  Shape shape() const { return graph_.values[last_].shape; }

  ValueId activation(Shape shape) {
    Value value;
    value.shape = shape;
    value.type = Type::int8;
    value.quantization = {{0.05f}, -3};
    return graph_.add(std::move(value));
  }

  ValueId constant(Type type, Shape shape, int32_t low, int32_t high) {
    Value value;
    value.shape = shape;
    value.type = type;
    value.constant = true;
    for (uint64_t i = 0; i < count_of(shape); ++i)
      value.integers.push_back(low + static_cast<int32_t>(random_.below(static_cast<uint64_t>(int64_t{high} - low + 1))));
    return graph_.add(std::move(value));
  }

  ValueId requantization(uint32_t channels) {
    const ValueId id = constant(Type::int32, {1, 1, 2, channels}, 1 << 30, INT32_MAX);
    for (uint32_t c = 0; c < channels; ++c) graph_.values[id].integers[channels + c] = -static_cast<int32_t>(between(5, 8));
    return id;
  }

  void place(Node node, Shape output) {
    node.output = activation(output);
    const Result<Shape> derived = rules(node.op).shape(graph_, node);
    ASSERT_TRUE(derived.ok());
    graph_.values[node.output].shape = *derived;
    earlier_.push_back(last_);
    last_ = node.output;
    graph_.nodes.push_back(std::move(node));
  }

  void slide(Node& node, uint32_t height, uint32_t width) {
    node.stride_height = between(1, 2);
    node.stride_width = between(1, 2);
    node.pad_top = between(0, height - 1), node.pad_bottom = between(0, height - 1);
    node.pad_left = between(0, width - 1), node.pad_right = between(0, width - 1);
  }

  void add_layer() {
    Node node;
    const uint32_t height = between(1, std::min(shape()[1], 4u)), width = between(1, std::min(shape()[2], 3u));
    const uint32_t kind = between(0, 5), channels = shape()[3];
    if (kind <= 1) {
      const uint32_t filters = between(1, 7);
      node.op = Op::conv_2d;
      slide(node, height, width);
      node.inputs = {last_, constant(Type::int8, {filters, height, width, channels}, -127, 127),
                     constant(Type::int32, {1, 1, 1, filters}, -2000, 2000), requantization(filters)};
    } else if (kind == 2) {
      node.op = Op::depthwise_conv_2d;
      slide(node, height, width);
      node.inputs = {last_, constant(Type::int8, {1, height, width, channels}, -127, 127),
                     constant(Type::int32, {1, 1, 1, channels}, -2000, 2000), requantization(channels)};
    } else if (kind == 3) {
      node.op = random_.below(2) == 0 ? Op::max_pool_2d : Op::average_pool_2d;
      slide(node, height, width);
      node.filter_height = height, node.filter_width = width;
      node.inputs = {last_};
    } else {
      node.op = Op::add;
      ValueId other = last_;
      for (const ValueId candidate : earlier_)
        if (graph_.values[candidate].shape == shape()) other = candidate;
      node.inputs = {last_, other};
    }
    place(std::move(node), {1, 1, 1, 1});
  }

  Random random_;
  Graph graph_;
  ValueId last_ = kNoValue;
  std::vector<ValueId> earlier_;
};

Stages random_stages(Random& random, const GraphRecords& records) {
  Stages stages;
  for (uint32_t node = 0; node < records.nodes.size();) {
    auto count = static_cast<uint32_t>(1 + random.below(records.nodes.size() - node));
    while (count > 1 && !may_roll(records, node, node + count)) --count;
    stages.push_back(static_cast<uint16_t>(count));
    node += count;
  }
  return stages;
}

Bytes outputs_with(const Graph& graph, const GraphRecords& records, const ArenaPlan& plan, ByteView inputs) {
  const Bytes file = write_model({.graph = graph, .records = records, .plan = plan});
  Result<LoadedModel> model = LoadedModel::open(file, "planned");
  if (!model.ok()) {
    ADD_FAILURE() << model.error().line() << "\n" << to_text(graph);
    return {};
  }
  Bytes outputs(model->output_bytes());
  model->run(inputs, outputs);
  return outputs;
}

Bytes random_bytes(Random& random, size_t count) {
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  return bytes;
}

TEST(Plan, M22_M60_GivesTheSameBytesHoweverTheNodesAreStaged) {
  int rings = 0, smaller = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const ImageNetwork network(seed);
    const Graph& graph = network.graph();
    ASSERT_TRUE(verify(graph, "random").ok()) << verify(graph, "random").error().line();
    const GraphRecords records = records_of(graph, Target::portable);
    Random random(seed);
    const Bytes inputs = random_bytes(random, count_of(graph.values[graph.input()].shape));
    const ArenaPlan apart = plan_without_reuse(records);
    const Bytes expected = outputs_with(graph, records, apart, inputs);
    for (int i = 0; i < 4; ++i) {
      const ArenaPlan plan = i == 0 ? plan_arena(records) : plan_stages(records, random_stages(random, records));
      ASSERT_EQ(outputs_with(graph, records, plan, inputs), expected) << "seed " << seed << "\n" << to_text(graph);
      for (size_t t = 0; t < plan.held.size(); ++t) rings += plan.held[t] != 0 && plan.held[t] < records.tensors[t].shape[1];
      smaller += plan.arena_bytes < apart.arena_bytes;
    }
  }
  EXPECT_GT(rings, 300);
  EXPECT_GT(smaller, 900);
}

bool is_refused(const Graph& graph, const GraphRecords& records, const ArenaPlan& plan) {
  return !LoadedModel::open(write_model({.graph = graph, .records = records, .plan = plan}), "changed").ok();
}

// A ring of one row less, or an output that begins 16 bytes later over its input: either is refused, or gives the same bytes.
TEST(Plan, M22_M60_ChangedPlansAreRefusedOrRight) {
  int refused = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const ImageNetwork network(seed);
    const Graph& graph = network.graph();
    const GraphRecords records = records_of(graph, Target::portable);
    Random random(seed);
    const Bytes inputs = random_bytes(random, count_of(graph.values[graph.input()].shape));
    const Bytes expected = outputs_with(graph, records, plan_without_reuse(records), inputs);
    const ArenaPlan plan = plan_stages(records, random_stages(random, records));
    for (size_t tensor = 0; tensor < plan.held.size(); ++tensor) {
      if (plan.held[tensor] == 0) continue;
      for (const int change : {0, 1, 2, 3}) {
        ArenaPlan changed = plan;
        if (change == 0) --changed.held[tensor];
        if (change == 1) changed.offsets[tensor] += 16;
        if (change == 2) changed.offsets[tensor] -= 16;
        if (change == 3) changed.offsets[tensor] = 16 * static_cast<uint32_t>(random.below(plan.arena_bytes / 16 + 1));
        if (is_refused(graph, records, changed))
          ++refused;
        else
          ASSERT_EQ(outputs_with(graph, records, changed, inputs), expected) << "seed " << seed << " tensor " << tensor;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(Plan, RollsNoMoreThanItTakes) {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = input int8[1,32,32,3] scale=[0x1p-3] zero=5
    %1 = max_pool_2d(%0) filter=[2,2] stride=[1,1] : int8[1,31,31,3] scale=[0x1p-3] zero=5
    %2 = max_pool_2d(%1) filter=[3,3] stride=[1,1] : int8[1,29,29,3] scale=[0x1p-3] zero=5
    %3 = max_pool_2d(%0) filter=[4,4] stride=[1,1] : int8[1,29,29,3] scale=[0x1p-3] zero=5
    return %2, %3)");
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan least = plan_arena(records), wide = plan_arena(records, {.ram_bytes = 1 << 20});
  EXPECT_LT(least.stages.size(), 3u);
  EXPECT_EQ(wide.stages, (Stages{1, 1, 1}));
  EXPECT_LT(least.arena_bytes, wide.arena_bytes);
  EXPECT_LE(plan_arena(records, {.ram_bytes = wide.arena_bytes}).arena_bytes, wide.arena_bytes);
}

}  // namespace
}  // namespace mote
