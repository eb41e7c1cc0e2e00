// What is said of layers, and of a layer that was damaged on purpose.
#include "quantize/calibrate/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "quantize/calibrate/adaptive_rounding.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/test/problem.h"

namespace mote {
namespace {

TEST(Explanation, NamesTheFirstLayerAndItsCause) {
  Explanation explanation;
  explanation.layers = {{.name = "input", .sqnr_db = 40, .local_sqnr_db = 40, .quanta_per_deviation = 30},
                        {.name = "stretched", .sqnr_db = 21, .local_sqnr_db = 21, .quanta_per_deviation = 2},
                        {.name = "behind", .sqnr_db = 18, .local_sqnr_db = 35, .quanta_per_deviation = 30}};
  judge(explanation);
  EXPECT_EQ(explanation.first, std::optional<size_t>(2));
  EXPECT_EQ(explanation.cause, std::optional<size_t>(1));
  EXPECT_EQ(explanation.fault, QuantizationFault::outliers);
  EXPECT_NE(verdict(explanation).find("'behind' is the first below 20 dB"), std::string::npos);
  explanation.threshold = 10;
  judge(explanation);
  EXPECT_FALSE(explanation.first);
}

// The explanation of a random network whose int8 graph `damage` has changed.
Explanation explained(uint64_t seed, const std::function<void(Graph&)>& damage) {
  test::Problem problem(seed);
  Explanation explanation;
  problem.input.look_at_layers = [&](const ReportInput& input) -> Result<void> {
    Graph graph = input.graph;
    damage(graph);
    NoProgress progress;
    TRY(explanation,
        explain({input.float_graph, graph, input.made, input.calibration, input.windows, input.losses, input.run}, 12, progress));
    return {};
  };
  problem.compiled();
  return explanation;
}

std::vector<size_t> weighted_nodes(const Graph& graph) {
  std::vector<size_t> nodes;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (has_weights(graph.nodes[i])) nodes.push_back(i);
  return nodes;
}

// The signs of a layer's weights turned round: its output is the float one's opposite.
void turn_weights(Graph& graph, size_t node) {
  for (int32_t& weight : graph.values[graph.nodes[node].inputs[1]].integers) weight = -weight;
}

TEST(Explanation, NamesALayerWhoseWeightsWereDamaged) {
  int damaged = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    std::vector<size_t> nodes;
    const Explanation whole = explained(seed, [&](Graph& graph) { nodes = weighted_nodes(graph); });
    ASSERT_FALSE(whole.first) << verdict(whole);
    for (const size_t node : nodes) {
      std::string name;
      const Explanation found = explained(seed, [&](Graph& graph) {
        turn_weights(graph, node);
        name = graph.values[graph.nodes[node].output].name;
      });
      ASSERT_TRUE(found.first) << "seed " << seed << ", " << name;
      const LayerDivergence& layer = found.layers[*found.first];
      EXPECT_EQ(layer.name, name) << "seed " << seed;
      EXPECT_EQ(found.cause, found.first);
      EXPECT_LT(layer.local_sqnr_db, 12);
      EXPECT_GT(layer.largest_error, 4 * static_cast<double>(layer.scale));
      EXPECT_NE(verdict(found).find("'" + name + "' is the first below 12 dB"), std::string::npos) << verdict(found);
      for (size_t i = 0; i < found.layers.size(); ++i) {
        if (i == *found.first) continue;
        EXPECT_NEAR(found.layers[i].local_sqnr_db, whole.layers[i].local_sqnr_db, 1e-9) << i;
      }
      ++damaged;
    }
  }
  EXPECT_GT(damaged, 10);
}

TEST(Explanation, NamesTheChannelWhoseScaleWasDamaged) {
  const uint32_t channel = 2;
  std::string name;
  const Explanation found = explained(3, [&](Graph& graph) {
    const Node& node = graph.nodes[weighted_nodes(graph)[1]];
    name = graph.values[node.output].name;
    std::vector<int32_t>& multipliers = graph.values[node.inputs[3]].integers;  // then as many shifts
    multipliers[multipliers.size() / 2 + channel] += 2;
  });
  const auto layer =
      std::find_if(found.layers.begin(), found.layers.end(), [&](const LayerDivergence& one) { return one.name == name; });
  ASSERT_NE(layer, found.layers.end());
  EXPECT_EQ(layer->channel, channel);
  EXPECT_GT(layer->channel_share, 0.9);
  EXPECT_EQ(found.layers[*found.cause].name, name);
}

}  // namespace
}  // namespace mote
