// The constants of the front end.
#include "quantize/calibrate/front_end.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/test/graphs.h"

namespace mote {
namespace {

Graph int8_graph() {
  return test::parsed(R"(mote-graph 1
    %0 = input int8[1,1,6,2] "x" scale=[0x1p-5] zero=3
    %1 = max_pool_2d(%0) filter=[1,2] stride=[1,2] : int8[1,1,3,2] scale=[0x1p-5] zero=3
    return %1)");
}

FeatureExtractor plain() { return FeatureExtractor::make({}, 6, 2, "test").value(); }

TEST(FrontEnd, PutsItsNodesFirstAndKeepsTheGraphSound) {
  Graph graph = int8_graph();
  ASSERT_TRUE(add_front_end(graph, plain(), {.mean = {-100.25, 7}, .deviation = {512, 3}}, "test").ok());
  ASSERT_TRUE(verify(graph, "test").ok());
  EXPECT_EQ(graph.front_nodes, 2u);
  EXPECT_EQ(graph.nodes[0].output, graph.input());
  EXPECT_EQ(graph.nodes[1].output, graph.statistics);
  EXPECT_EQ(graph.values[graph.raw_input].type, Type::int16);
  EXPECT_EQ(graph.values[graph.statistics].shape, (Shape{1, 1, 1, 4}));
  const std::vector<int32_t>& constants = graph.values[graph.nodes[0].inputs[1]].integers;
  EXPECT_EQ(constants[0], -25664);  // in 1/256 of a raw step
  EXPECT_EQ(constants[1], 1792);
  EXPECT_EQ(constants[2], 1 << 30);  // 1 / (256 * 512 / 32) = 2^-12 = 2^30 * 2^(-11 - 31)
  EXPECT_EQ(constants[4], -11);
  EXPECT_NEAR(std::ldexp(constants[3], constants[5] - 31), 1.0 / (256 * 3) * 32, 1e-10);
}

TEST(FrontEnd, RefusesADeviationThatTheDeviceCannotScaleBy) {
  Graph graph = int8_graph();
  const Result<void> added = add_front_end(graph, plain(), {.mean = {0, 0}, .deviation = {1, 1e-5}}, "run");
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().line(), "run: channel 1: its standard deviation is too small to scale");
}

}  // namespace
}  // namespace mote
