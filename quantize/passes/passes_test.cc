// Each pass by text before and after; all of them by what the graph computes.
#include "quantize/passes/passes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/compile.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

struct Rewrite {
  const char* name;
  int (*pass)(Graph&);
  int changes;
  std::string before, after;
};

class PassTest : public testing::TestWithParam<Rewrite> {};

// Without values that nothing refers to, and numbered alike.
std::string canonical(Graph graph) {
  drop_dead(graph);
  return to_text(graph);
}

TEST_P(PassTest, Rewrites) {
  const Rewrite& rewrite = GetParam();
  Graph graph = test::parsed("mote-graph 1\n" + rewrite.before);
  EXPECT_EQ(rewrite.pass(graph), rewrite.changes);
  ASSERT_TRUE(verify(graph, "after").ok());
  EXPECT_EQ(canonical(graph), canonical(test::parsed("mote-graph 1\n" + rewrite.after)));
  EXPECT_EQ(rewrite.pass(graph), 0) << "a second run changed something";
}

const std::string kConv = R"(
  %0 = input float32[1,1,4,2]
  %1 = constant float32[2,1,1,2] { 1 2 3 4 }
  %2 = constant float32[1,1,1,2] { 10 20 }
)";

// gamma / sqrt(variance + epsilon) = 2, -1
const std::string kNorm = R"(
  %3 = constant float32[1,1,1,2] { 4 -1 }
  %4 = constant float32[1,1,1,2] { 0.5 0.25 }
  %5 = constant float32[1,1,1,2] { 1 2 }
  %6 = constant float32[1,1,1,2] { 3 0 }
)";

INSTANTIATE_TEST_SUITE_P(FoldBatchNorm, PassTest,
                         testing::Values(Rewrite{"IntoAConvolution", fold_batch_norm, 1, kConv + kNorm + R"(
                  %7 = conv_2d(%0, %1, %2)
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)",
                                                 R"(%0 = input float32[1,1,4,2]
                  %1 = constant float32[2,1,1,2] { 2 4 -3 -4 }
                  %2 = constant float32[1,1,1,2] { 18.5 -17.75 }
                  %3 = conv_2d(%0, %1, %2)
                  return %3)"},
                                         Rewrite{"IntoOneWithoutBias", fold_batch_norm, 1, kConv + kNorm + R"(
                  %7 = conv_2d(%0, %1)
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)",
                                                 R"(%0 = input float32[1,1,4,2]
                  %1 = constant float32[2,1,1,2] { 2 4 -3 -4 }
                  %2 = constant float32[1,1,1,2] { -1.5 2.25 }
                  %3 = conv_2d(%0, %1, %2)
                  return %3)"},
                                         Rewrite{"IntoADepthwiseConvolution", fold_batch_norm, 1, kNorm + R"(
                  %0 = input float32[1,1,4,2]
                  %1 = constant float32[1,1,2,2] { 1 2 3 4 }
                  %2 = unused float32[1,1,1,1]
                  %7 = depthwise_conv_2d(%0, %1)
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)",
                                                 R"(%0 = input float32[1,1,4,2]
                  %1 = constant float32[1,1,2,2] { 2 -2 6 -4 }
                  %2 = constant float32[1,1,1,2] { -1.5 2.25 }
                  %3 = depthwise_conv_2d(%0, %1, %2)
                  return %3)"},
                                         Rewrite{"IntoAFullyConnected", fold_batch_norm, 1, kNorm + R"(
                  %0 = input float32[1,1,1,2]
                  %1 = constant float32[1,1,2,2] { 1 2 3 4 }
                  %2 = unused float32[1,1,1,1]
                  %7 = fully_connected(%0, %1)
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)",
                                                 R"(%0 = input float32[1,1,1,2]
                  %1 = constant float32[1,1,2,2] { 2 4 -3 -4 }
                  %2 = constant float32[1,1,1,2] { -1.5 2.25 }
                  %3 = fully_connected(%0, %1, %2)
                  return %3)"},
                                         Rewrite{"LeavesSharedWeightsToTheOther", fold_batch_norm, 1, kConv + kNorm + R"(
                  %7 = conv_2d(%0, %1, %2)
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  %9 = conv_2d(%8, %1, %2)
                  return %9)",
                                                 R"(%0 = input float32[1,1,4,2]
                  %1 = constant float32[2,1,1,2] { 2 4 -3 -4 }
                  %2 = constant float32[1,1,1,2] { 18.5 -17.75 }
                  %3 = conv_2d(%0, %1, %2)
                  %4 = constant float32[2,1,1,2] { 1 2 3 4 }
                  %5 = constant float32[1,1,1,2] { 10 20 }
                  %6 = conv_2d(%3, %4, %5)
                  return %6)"},
                                         Rewrite{"NotPastAClamp", fold_batch_norm, 0, kConv + kNorm + R"(
                  %7 = conv_2d(%0, %1, %2) clamp=[0, 6]
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)",
                                                 kConv + kNorm + R"(
                  %7 = conv_2d(%0, %1, %2) clamp=[0, 6]
                  %8 = batch_norm(%7, %3, %4, %5, %6) epsilon=1
                  return %8)"},
                                         Rewrite{"NotIntoAPool", fold_batch_norm, 0, kNorm + R"(
                  %0 = input float32[1,1,4,2]
                  %1 = max_pool_2d(%0) filter=[1,2]
                  %2 = batch_norm(%1, %3, %4, %5, %6) epsilon=1
                  return %2)",
                                                 kNorm + R"(
                  %0 = input float32[1,1,4,2]
                  %1 = max_pool_2d(%0) filter=[1,2]
                  %2 = batch_norm(%1, %3, %4, %5, %6) epsilon=1
                  return %2)"}),
                         [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(FoldClamp, PassTest,
                         testing::Values(Rewrite{"IntoTheConvolution", fold_clamp, 1, kConv + R"(
                              %3 = conv_2d(%0, %1, %2)
                              %4 = clamp(%3) clamp=[0, 6]
                              return %4)",
                                                 kConv + R"(
                              %3 = conv_2d(%0, %1, %2) clamp=[0, 6]
                              return %3)"},
                                         Rewrite{"IntoAPoolAndThenTwice", fold_clamp, 2, R"(
                              %0 = input float32[1,1,4,2]
                              %1 = max_pool_2d(%0) filter=[1,2]
                              %2 = clamp(%1) clamp=[-1, none]
                              %3 = clamp(%2) clamp=[-3, 4]
                              return %3)",
                                                 R"(%0 = input float32[1,1,4,2]
                              %1 = max_pool_2d(%0) filter=[1,2] clamp=[-1, 4]
                              return %1)"},
                                         Rewrite{"ApartRangesGiveTheLaterBound", fold_clamp, 1, R"(
                              %0 = input float32[1,1,4,2]
                              %1 = clamp(%0) clamp=[0, 1]
                              %2 = clamp(%1) clamp=[2, 3]
                              return %2)",
                                                 R"(%0 = input float32[1,1,4,2]
                              %1 = clamp(%0) clamp=[2, 2]
                              return %1)"},
                                         Rewrite{"NotWhenReadTwice", fold_clamp, 0, kConv + R"(
                              %3 = conv_2d(%0, %1, %2)
                              %4 = clamp(%3) clamp=[0, 6]
                              %5 = constant float32[1,1,1,2] { 1 1 }
                              %6 = constant float32[1,1,1,2] { 0 0 }
                              %7 = batch_norm(%3, %5, %6, %6, %5)
                              return %4)",
                                                 kConv + R"(
                              %3 = conv_2d(%0, %1, %2)
                              %4 = clamp(%3) clamp=[0, 6]
                              return %4)"},
                                         Rewrite{"NotIntoAMean", fold_clamp, 0, R"(
                              %0 = input float32[1,1,4,2]
                              %1 = mean(%0)
                              %2 = clamp(%1) clamp=[0, 6]
                              return %2)",
                                                 R"(%0 = input float32[1,1,4,2]
                              %1 = mean(%0)
                              %2 = clamp(%1) clamp=[0, 6]
                              return %2)"}),
                         [](const auto& info) { return std::string(info.param.name); });

const std::string kPad = R"(
  %0 = input float32[1,3,2,2]
  %1 = fill() : float32[1,6,4,2]
  %2 = strided_place(%1, %0) numbers=[1,1,3,0,0,8,1,10]
  %3 = constant float32[1,3,3,2] { 1*18 }
)";

INSTANTIATE_TEST_SUITE_P(FoldPad, PassTest,
                         testing::Values(Rewrite{"IntoAConvolution", fold_pad, 1, kPad + R"(
                              %4 = depthwise_conv_2d(%2, %3)
                              return %4)",
                                                 R"(%0 = input float32[1,3,2,2]
                              %1 = constant float32[1,3,3,2] { 1*18 }
                              %2 = depthwise_conv_2d(%0, %1) pad=[1,1,2,1]
                              return %2)"},
                                         Rewrite{"NotIntoOneThatPadsByItself", fold_pad, 0, kPad + R"(
                              %4 = depthwise_conv_2d(%2, %3) pad=[1,0,0,0]
                              return %4)",
                                                 kPad + R"(
                              %4 = depthwise_conv_2d(%2, %3) pad=[1,0,0,0]
                              return %4)"},
                                         Rewrite{"NotAsWideAsTheFilter", fold_pad, 0, R"(
                              %0 = input float32[1,1,2,2]
                              %1 = fill() : float32[1,1,4,2]
                              %2 = strided_place(%1, %0) numbers=[1,1,1,0,0,0,1,4]
                              %3 = max_pool_2d(%2) filter=[1,2]
                              return %3)",
                                                 R"(
                              %0 = input float32[1,1,2,2]
                              %1 = fill() : float32[1,1,4,2]
                              %2 = strided_place(%1, %0) numbers=[1,1,1,0,0,0,1,4]
                              %3 = max_pool_2d(%2) filter=[1,2]
                              return %3)"},
                                         Rewrite{"ZerosIntoAPoolOfWhatIsNotNegative", fold_pad, 1, kPad + R"(
                              %4 = max_pool_2d(%0) clamp=[0,none]
                              %5 = strided_place(%1, %4) numbers=[1,1,3,0,0,8,1,10]
                              %6 = max_pool_2d(%5) filter=[3,2]
                              return %6)",
                                                 R"(%0 = input float32[1,3,2,2]
                              %1 = max_pool_2d(%0) clamp=[0,none]
                              %2 = max_pool_2d(%1) filter=[3,2] pad=[1,1,2,1]
                              return %2)"},
                                         Rewrite{"ZerosNotIntoAPoolOfOthers", fold_pad, 0, kPad + R"(
                              %4 = max_pool_2d(%2) filter=[3,2]
                              return %4)",
                                                 kPad + R"(
                              %4 = max_pool_2d(%2) filter=[3,2]
                              return %4)"},
                                         Rewrite{"TheLowestIntoAnyPool", fold_pad, 1, R"(
                              %0 = input float32[1,1,2,2]
                              %1 = fill() numbers=[-8388609,0,0,0,0,0,0,0] : float32[1,1,4,2]
                              %2 = strided_place(%1, %0) numbers=[1,1,1,0,0,0,1,2]
                              %3 = max_pool_2d(%2) filter=[1,2]
                              return %3)",
                                                 R"(%0 = input float32[1,1,2,2]
                              %1 = max_pool_2d(%0) filter=[1,2] pad=[0,1,0,1]
                              return %1)"},
                                         Rewrite{"NotAPartThatIsSpread", fold_pad, 0, R"(
                              %0 = input float32[1,1,2,2]
                              %1 = fill() : float32[1,1,4,2]
                              %2 = strided_place(%1, %0) numbers=[1,1,2,0,0,4,1,0]
                              %3 = constant float32[1,1,3,2] { 1*6 }
                              %4 = depthwise_conv_2d(%2, %3)
                              return %4)",
                                                 R"(
                              %0 = input float32[1,1,2,2]
                              %1 = fill() : float32[1,1,4,2]
                              %2 = strided_place(%1, %0) numbers=[1,1,2,0,0,4,1,0]
                              %3 = constant float32[1,1,3,2] { 1*6 }
                              %4 = depthwise_conv_2d(%2, %3)
                              return %4)"}),
                         [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(AverageAll, PassTest,
                         testing::Values(Rewrite{"OfTheWholeInput", average_all, 1, R"(
                              %0 = input float32[1,3,4,2]
                              %1 = average_pool_2d(%0) filter=[3,4] stride=[2,2]
                              return %1)",
                                                 R"(
                              %0 = input float32[1,3,4,2]
                              %1 = mean(%0)
                              return %1)"},
                                         Rewrite{"NotOfAPart", average_all, 0, R"(
                              %0 = input float32[1,3,4,2]
                              %1 = average_pool_2d(%0) filter=[3,3] stride=[2,2]
                              return %1)",
                                                 R"(
                              %0 = input float32[1,3,4,2]
                              %1 = average_pool_2d(%0) filter=[3,3] stride=[2,2]
                              return %1)"},
                                         Rewrite{"NotWithAClamp", average_all, 0, R"(
                              %0 = input float32[1,3,4,2]
                              %1 = average_pool_2d(%0) filter=[3,4] clamp=[0,none]
                              return %1)",
                                                 R"(
                              %0 = input float32[1,3,4,2]
                              %1 = average_pool_2d(%0) filter=[3,4] clamp=[0,none]
                              return %1)"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(DropDead, KeepsTheStatesThatAreReadAndWhatIsAssignedToThem) {
  Graph graph = test::parsed(R"(mote-graph 1
    %0 = input int8[1,1,1,2] scale=[0.5]
    %1 = state int8[1,1,1,2] scale=[0.5]
    %2 = state int8[1,1,1,2] scale=[0.5]
    %3 = state int8[1,1,1,2] scale=[0.5]
    %4 = maximum(%0, %1) : int8[1,1,1,2] scale=[0.5]
    %5 = maximum(%0, %2) : int8[1,1,1,2] scale=[0.5]
    assign %1 = %5
    assign %2 = %0
    assign %3 = %4
    return %4)");
  EXPECT_GT(drop_dead(graph), 0);
  ASSERT_TRUE(verify(graph, "test").ok());
  EXPECT_EQ(graph.nodes.size(), 4u);  // all but the last assign, whose state nobody reads
  EXPECT_EQ(std::count_if(graph.values.begin(), graph.values.end(), [](const Value& value) { return value.state; }), 2);
  EXPECT_EQ(drop_dead(graph), 0);
}

TEST(DropDead, DropsNodesAndValuesAndNumbersAnew) {
  Graph graph = test::parsed(R"(mote-graph 1
    %7 = input float32[1,1,4,2] "x"
    %1 = constant float32[1,1,1,1] { 3 }
    %0 = mean(%7)
    %2 = clamp(%0) clamp=[0, 1]
    %3 = clamp(%7) clamp=[0, 2]
    %4 = unused float32[1,1,1,1]
    %5 = unused float32[1,1,1,1]
    %6 = unused float32[1,1,1,1]
    return %3)");
  EXPECT_GT(drop_dead(graph), 0);
  EXPECT_EQ(to_text(graph), R"(mote-graph 1
%0 = input float32[1,1,4,2] "x"
%1 = clamp(%0) clamp=[0,0x1p+1] : float32[1,1,4,2]
return %1
)");
  EXPECT_EQ(drop_dead(graph), 0);
}

std::vector<float> random_window(Random& random, const Graph& graph) {
  std::vector<float> window(count_of(graph.values[graph.input()].shape));
  for (float& value : window) value = static_cast<float>(random.normal());
  return window;
}

TEST(Passes, KeepWhatTheGraphComputesAndChangeNothingTheSecondTime) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const Graph before = test::random_network(seed, 24, 3, 5);
    Graph after = before;
    ASSERT_TRUE(run_passes(after, "test").ok());
    for (const Node& node : after.nodes) EXPECT_TRUE(node.op != Op::batch_norm && node.op != Op::clamp) << "seed " << seed;
    Random random(seed);
    const std::vector<float> window = random_window(random, before);
    const std::vector<float> expected = execute(before, window), actual = execute(after, window);
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 2e-5) << "seed " << seed;
    const std::string text = to_text(after);
    for (const Pass& pass : float_passes()) EXPECT_EQ(pass.run(after), 0) << pass.name << ", seed " << seed;
    EXPECT_EQ(to_text(after), text);
  }
}

}  // namespace
}  // namespace mote
