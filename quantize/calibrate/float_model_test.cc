// The float executor against the plain definition of each operator.
#include "quantize/calibrate/float_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/compile.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

// One element, outside the input 0 (or nothing, for the pool).
struct Plain {
  const Graph& graph;
  const Node& node;
  std::span<const float> x;

  const Shape& in() const { return graph.values[node.inputs[0]].shape; }
  const std::vector<float>& constant(size_t place) const { return graph.values[node.inputs[place]].floats; }
  const float* at(int64_t y, int64_t column, uint32_t c) const {
    if (y < 0 || column < 0 || y >= in()[1] || column >= in()[2]) return nullptr;
    return &x[(static_cast<size_t>(y) * in()[2] + static_cast<size_t>(column)) * in()[3] + c];
  }
  double bounded(double value) const {
    return std::min(std::max(value, static_cast<double>(node.low)), static_cast<double>(node.high));
  }

  double conv(uint32_t oy, uint32_t ox, uint32_t o) const {
    const Shape& w = graph.values[node.inputs[1]].shape;
    const bool depthwise = node.op == Op::depthwise_conv_2d;
    const uint32_t channels = depthwise ? 1 : w[3];
    double sum = node.inputs.size() > 2 ? static_cast<double>(constant(2)[o]) : 0;
    for (uint32_t fy = 0; fy < w[1]; ++fy)
      for (uint32_t fx = 0; fx < w[2]; ++fx)
        for (uint32_t i = 0; i < channels; ++i) {
          const uint32_t c = depthwise ? o / (w[3] / in()[3]) : o / (w[0] / (in()[3] / channels)) * channels + i;
          const float* value = at(int64_t{oy} * node.stride_height + int64_t{fy} * node.dilation_height - node.pad_top,
                                  int64_t{ox} * node.stride_width + int64_t{fx} * node.dilation_width - node.pad_left, c);
          const size_t weight =
              depthwise ? (size_t{fy} * w[2] + fx) * w[3] + o : ((size_t{o} * w[1] + fy) * w[2] + fx) * w[3] + i;
          if (value != nullptr) sum += static_cast<double>(*value) * static_cast<double>(constant(1)[weight]);
        }
    return bounded(sum);
  }
  double pool(uint32_t oy, uint32_t ox, uint32_t o) const {
    double largest = -1e300;
    for (uint32_t fy = 0; fy < node.filter_height; ++fy)
      for (uint32_t fx = 0; fx < node.filter_width; ++fx)
        if (const float* value =
                at(int64_t{oy} * node.stride_height + fy - node.pad_top, int64_t{ox} * node.stride_width + fx - node.pad_left, o))
          largest = std::max(largest, static_cast<double>(*value));
    return bounded(largest);
  }
};

Node sliding(Random& random, Op op, uint32_t filter_height, uint32_t filter_width) {
  Node node;
  node.op = op;
  node.stride_height = 1 + static_cast<uint32_t>(random.below(3));
  node.stride_width = 1 + static_cast<uint32_t>(random.below(3));
  node.pad_top = static_cast<uint32_t>(random.below(filter_height));
  node.pad_bottom = static_cast<uint32_t>(random.below(filter_height));
  node.pad_left = static_cast<uint32_t>(random.below(filter_width));
  node.pad_right = static_cast<uint32_t>(random.below(filter_width));
  if (random.below(2) == 0) node.low = -0.5f, node.high = 0.8f;
  return node;
}

Graph random_sliding(uint64_t seed, Op op) {
  Random random(seed);
  const auto pick = [&](uint32_t most) { return 1 + static_cast<uint32_t>(random.below(most)); };
  const uint32_t groups = op == Op::conv_2d ? pick(3) : 1;
  const uint32_t share = pick(5), channels = groups * share, height = pick(4), width = pick(4);
  Node node = sliding(random, op, height, width);
  if (op != Op::max_pool_2d && random.below(2) == 0) node.dilation_height = pick(3), node.dilation_width = pick(3);
  const uint32_t tall = (height - 1) * node.dilation_height + 1, wide = (width - 1) * node.dilation_width + 1;
  test::Builder builder(seed, {1, tall + pick(4), wide + pick(6), channels});
  std::vector<ValueId> constants;
  uint32_t outputs = channels;
  if (op == Op::conv_2d) {
    outputs = groups * pick(37);
    constants.push_back(builder.constant({outputs, height, width, share}, -1, 1));
  } else if (op == Op::depthwise_conv_2d) {
    outputs = channels * pick(3);
    constants.push_back(builder.constant({1, height, width, outputs}, -1, 1));
  } else {
    node.filter_height = height;
    node.filter_width = width;
  }
  if (op != Op::max_pool_2d && random.below(2) == 0) constants.push_back(builder.constant({1, 1, 1, outputs}, -1, 1));
  return builder.add(node, constants).finish();
}

std::vector<float> random_values(Random& random, const Shape& shape) {
  std::vector<float> values(count_of(shape));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

class SlidingTest : public testing::TestWithParam<Op> {};

TEST_P(SlidingTest, EqualsTheDefinitionOnRandomShapes) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const Graph graph = random_sliding(seed, GetParam());
    ASSERT_TRUE(verify(graph, "test").ok());
    Random random(seed + 1000);
    const std::vector<float> x = random_values(random, graph.values[graph.input()].shape);
    const std::vector<float> actual = execute(graph, x);
    const Plain plain{graph, graph.nodes[0], x};
    const Shape& out = graph.values[graph.output()].shape;
    size_t i = 0;
    for (uint32_t y = 0; y < out[1]; ++y)
      for (uint32_t column = 0; column < out[2]; ++column)
        for (uint32_t o = 0; o < out[3]; ++o, ++i) {
          const double expected = GetParam() == Op::max_pool_2d ? plain.pool(y, column, o) : plain.conv(y, column, o);
          ASSERT_NEAR(actual[i], expected, 1e-4) << "seed " << seed << ", element " << i;
        }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SlidingTest, testing::Values(Op::conv_2d, Op::depthwise_conv_2d, Op::max_pool_2d),
                         [](const auto& info) { return std::string(rules(info.param).name); });

TEST(Execute, FullyConnectedMeanAndSoftmaxByHand) {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = input float32[1,2,1,2]
    %1 = mean(%0)
    %2 = constant float32[1,1,3,2] { 1 0  0 1  -1 2 }
    %3 = constant float32[1,1,1,3] { 0 0.5 0 }
    %4 = fully_connected(%1, %2, %3) clamp=[none, 3]
    %5 = softmax(%4)
    return %5)");
  const std::vector<float> x = {1, 2, 3, 6};  // means 2 and 4; then 2, 4.5, 6, the last two clamped to 3
  const std::vector<float> y = execute(graph, x);
  const double sum = std::exp(2.0) + 2 * std::exp(3.0);
  EXPECT_NEAR(y[0], std::exp(2.0) / sum, 1e-6);
  EXPECT_NEAR(y[1], std::exp(3.0) / sum, 1e-6);
  EXPECT_EQ(y[1], y[2]);
}

TEST(Execute, FullyConnectedReadsAllPlacesInOrder) {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = input float32[1,1,2,2]
    %1 = constant float32[1,1,1,4] { 1 10 100 1000 }
    %2 = fully_connected(%0, %1)
    return %2)");
  EXPECT_EQ(execute(graph, std::vector<float>{1, 2, 3, 4}), std::vector<float>{4321});
}

}  // namespace
}  // namespace mote
