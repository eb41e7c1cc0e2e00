// Gradients against finite differences, and the graph that is written against the network it was written from.
#include "host/train/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "quantize/compile.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

constexpr uint32_t kClasses = 3;

struct Case {
  const char* name;
  Shape input;
  std::vector<LayerConfig> layers;  // a dense layer for the classes is added
};

LayerConfig conv(uint32_t filters, uint32_t height, uint32_t width, uint32_t stride, bool same) {
  return {.kind = LayerKind::conv,
          .name = "conv",
          .filters = filters,
          .filter_height = height,
          .filter_width = width,
          .stride = stride,
          .same = same};
}
LayerConfig depthwise(uint32_t height, uint32_t width, uint32_t stride, bool same) {
  LayerConfig layer = conv(0, height, width, stride, same);
  layer.kind = LayerKind::depthwise_conv;
  return layer;
}
LayerConfig pool(uint32_t height, uint32_t width, uint32_t stride, bool same) {
  LayerConfig layer = conv(0, height, width, stride, same);
  layer.kind = LayerKind::max_pool;
  return layer;
}
LayerConfig of(LayerKind kind) { return {.kind = kind, .name = "simple"}; }

LayerConfig reading(LayerConfig layer, std::vector<size_t> from) {
  layer.from = std::move(from);
  return layer;
}

const Case kCases[] = {
    {"Residual",
     {1, 4, 5, 2},
     {conv(3, 3, 3, 1, true), of(LayerKind::batch_norm), of(LayerKind::relu), conv(3, 3, 3, 1, true), of(LayerKind::batch_norm),
      reading(of(LayerKind::add), {4, 2}), of(LayerKind::relu)}},
    {"AddOfInput", {1, 1, 6, 3}, {conv(3, 1, 3, 1, true), reading(of(LayerKind::add), {0, kNetworkInput, 0})}},
    {"Concat",
     {1, 3, 5, 2},
     {conv(3, 1, 3, 1, true), reading(conv(2, 3, 3, 1, true), {kNetworkInput}), of(LayerKind::batch_norm),
      reading(of(LayerKind::concat), {0, 2, kNetworkInput}), conv(2, 1, 1, 1, true)}},
    {"NormsOfOneOutput",
     {1, 1, 7, 2},
     {conv(3, 1, 3, 1, true), of(LayerKind::batch_norm), reading(of(LayerKind::batch_norm), {0}),
      reading(of(LayerKind::concat), {1, 2, 0})}},
    {"Dense", {1, 1, 4, 2}, {}},
    {"ConvSame", {1, 1, 9, 2}, {conv(4, 1, 3, 1, true), conv(3, 1, 5, 2, true)}},
    {"ConvValid", {1, 1, 12, 2}, {conv(4, 1, 3, 2, false), conv(3, 1, 4, 1, false)}},
    {"ConvImage", {1, 5, 6, 2}, {conv(3, 3, 3, 1, true), conv(3, 2, 3, 2, false)}},
    {"ConvWithoutBias", {1, 1, 8, 2}, {[] {
       LayerConfig layer = conv(4, 1, 3, 1, true);
       layer.bias = false;
       return layer;
     }()}},
    {"DepthwiseSame", {1, 1, 9, 3}, {conv(4, 1, 3, 1, true), depthwise(1, 5, 2, true)}},
    {"DepthwiseImage", {1, 5, 5, 2}, {conv(3, 1, 1, 1, true), depthwise(3, 3, 2, true)}},
    {"BatchNorm", {1, 1, 6, 3}, {conv(4, 1, 3, 1, true), of(LayerKind::batch_norm)}},
    {"BatchNormFirst", {1, 1, 6, 3}, {of(LayerKind::batch_norm), conv(4, 1, 3, 1, true)}},
    {"BatchNormTwice", {1, 1, 6, 3}, {conv(4, 1, 3, 1, true), of(LayerKind::batch_norm), of(LayerKind::batch_norm)}},
    {"Relu", {1, 1, 6, 3}, {conv(6, 1, 3, 1, true), of(LayerKind::relu)}},
    {"Relu6", {1, 1, 6, 3}, {conv(6, 1, 3, 1, true), of(LayerKind::relu6)}},
    {"MaxPool", {1, 1, 9, 2}, {conv(4, 1, 3, 1, true), pool(1, 3, 2, false)}},
    {"MaxPoolSame", {1, 5, 5, 2}, {conv(4, 1, 3, 1, true), pool(2, 3, 2, true)}},
    {"Mean", {1, 3, 4, 2}, {conv(4, 1, 3, 1, true), of(LayerKind::global_average_pool)}},
    {"All",
     {1, 1, 24, 3},
     {conv(6, 1, 5, 2, true), of(LayerKind::batch_norm), of(LayerKind::relu), depthwise(1, 3, 1, true), of(LayerKind::batch_norm),
      of(LayerKind::relu6), pool(1, 2, 2, false), of(LayerKind::global_average_pool)}},
};

class NetworkTest : public testing::TestWithParam<Case> {
 protected:
  NetworkTest() : network_(make()) {
    Random random(11);
    for (uint32_t shard = 0; shard < kShards; ++shard) {
      const uint32_t count = shard == 2 ? 0 : 3 + shard;  // uneven, and one empty
      Batch& batch = batch_.inputs[shard];
      batch.resize(count, count_of(GetParam().input));
      for (float& value : batch.values) value = static_cast<float>(random.normal());
      for (uint32_t i = 0; i < count; ++i) batch_.labels[shard].push_back(static_cast<uint32_t>(random.below(kClasses)));
    }
    // Away from the symmetric start: scales, shifts and biases all different.
    for (Parameter* parameter : network_.parameters())
      for (float& value : parameter->value) value += static_cast<float>(0.3 * random.normal());
  }

  static Network make() {
    std::vector<LayerConfig> layers = GetParam().layers;
    layers.push_back({.kind = LayerKind::dense, .name = "scores", .filters = kClasses});
    return Network::make(layers, GetParam().input, kClasses, 7).value();
  }

  double loss() { return network_.train(batch_, {.smoothing = 0.1, .class_weights = {0.5, 1, 1.7}}, workers_).mean(); }

  Network network_;
  ShardedBatch batch_;
  Workers workers_{2};
};

TEST_P(NetworkTest, GradientsAgreeWithFiniteDifferences) {
  Random random(13);
  const std::vector<Parameter*> parameters = network_.parameters();
  loss();
  std::vector<std::vector<float>> gradients;
  for (const Parameter* parameter : parameters) gradients.push_back(parameter->gradient[0]);

  for (size_t p = 0; p < parameters.size(); ++p) {
    // Along a random direction through all weights of the parameter.
    std::vector<float>& value = parameters[p]->value;
    const std::vector<float> before = value;
    std::vector<double> direction(value.size());
    double expected = 0, size = 0;
    for (size_t i = 0; i < value.size(); ++i) {
      direction[i] = random.normal() / std::sqrt(static_cast<double>(value.size()));
      expected += direction[i] * gradients[p][i];
      size += std::abs(direction[i] * gradients[p][i]);
    }
    constexpr double kStep = 2e-3;
    const auto at = [&](double step) {
      for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<float>(before[i] + step * direction[i]);
      return loss();
    };
    const double measured = (at(kStep) - at(-kStep)) / (2 * kStep);
    value = before;
    EXPECT_NEAR(measured, expected, 5e-4 + 0.02 * size) << "parameter " << p;
  }
}

TEST_P(NetworkTest, TheWrittenGraphGivesTheSameProbabilities) {
  loss();  // moves the running statistics away from 0 and 1
  const Graph graph = network_.graph();
  const Result<void> verified = verify(graph, "graph");
  ASSERT_TRUE(verified.ok()) << verified.error().line();
  double expected = 0;
  uint32_t correct = 0;
  for (uint32_t shard = 0; shard < kShards; ++shard) {
    const size_t values = count_of(GetParam().input);
    for (uint32_t n = 0; n < batch_.inputs[shard].count; ++n) {
      const std::vector<float> scores = execute(graph, std::span(batch_.inputs[shard].values).subspan(n * values, values));
      const uint32_t label = batch_.labels[shard][n];
      expected -= std::log(static_cast<double>(scores[label]));
      correct += std::max_element(scores.begin(), scores.end()) - scores.begin() == static_cast<int64_t>(label);
    }
  }
  const Loss actual = network_.evaluate(batch_, workers_);
  EXPECT_NEAR(actual.sum, expected, 1e-3 * (1 + std::abs(expected)));
  EXPECT_EQ(actual.correct, correct);
}

INSTANTIATE_TEST_SUITE_P(Every, NetworkTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

TEST(Network, RefusesAnEndThatIsNotTheClasses) {
  const std::vector<LayerConfig> layers = {{.kind = LayerKind::dense, .name = "scores", .where = "a.toml:3", .filters = 4}};
  const auto network = Network::make(layers, {1, 1, 8, 2}, 3, 1);
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().line(),
            "a.toml:3: the layers end in 4 values, but there are 3 classes; "
            "end with a dense layer of 3 units");
}

TEST(Network, RefusesAFilterLargerThanItsInput) {
  LayerConfig layer = conv(4, 1, 9, 1, false);
  layer.where = "a.toml:3";
  const auto network = Network::make({layer}, {1, 1, 8, 2}, 3, 1);
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().line(), "a.toml:3: layer 'conv' has a filter that is larger than its input, 1 by 8");
}

TEST(Network, RefusesJoinsThatDoNotFitAndLayersThatNobodyReads) {
  const LayerConfig scores = {.kind = LayerKind::dense, .name = "scores", .filters = 3};
  const auto join =
      Network::make({conv(4, 1, 3, 1, true), reading(of(LayerKind::add), {0, kNetworkInput}), scores}, {1, 1, 8, 2}, 3, 1);
  ASSERT_FALSE(join.ok());
  EXPECT_EQ(join.error().what, "layer 'simple' joins layers whose outputs have different sizes");
  const auto idle = Network::make({conv(4, 1, 3, 1, true), reading(scores, {kNetworkInput})}, {1, 1, 8, 2}, 3, 1);
  ASSERT_FALSE(idle.ok());
  EXPECT_EQ(idle.error().what, "layer 'conv' is read by no other layer");
}

TEST(Network, AReconstructionFollowsItsGradient) {
  const std::vector<LayerConfig> layers = {{.kind = LayerKind::dense, .name = "code", .filters = 3},
                                           {.kind = LayerKind::relu, .name = "relu"},
                                           {.kind = LayerKind::dense, .name = "back", .filters = 8}};
  Network network = Network::make(layers, {1, 1, 4, 2}, 1, 7, Goal::reconstruct).value();
  ShardedBatch batch;
  Random random(3);
  for (uint32_t shard = 0; shard < kShards; ++shard) {
    batch.inputs[shard].resize(2 + shard, 8);
    for (float& value : batch.inputs[shard].values) value = static_cast<float>(random.normal());
    batch.labels[shard].assign(2 + shard, 0);
  }
  Workers workers(2);
  network.train(batch, {}, workers);
  for (Parameter* parameter : network.parameters()) {
    const float gradient = parameter->gradient[0][1], before = parameter->value[1];
    const auto at = [&](float value) {
      parameter->value[1] = value;
      return network.evaluate(batch, workers).mean();
    };
    const double measured = (at(before + 1e-2f) - at(before - 1e-2f)) / 2e-2;
    parameter->value[1] = before;
    EXPECT_NEAR(measured, gradient, 1e-3 + 0.02 * std::abs(gradient));
  }
  const Graph graph = network.graph();
  EXPECT_EQ(count_of(graph.values[graph.output()].shape), 8u);
  EXPECT_NE(graph.nodes.back().op, Op::softmax);
}

TEST(Network, MixedWindowsAndClassWeightsAreShared) {
  const std::vector<LayerConfig> layers = {{.kind = LayerKind::dense, .name = "scores", .filters = 3}};
  Network network = Network::make(layers, {1, 1, 2, 1}, 3, 7).value();
  Workers workers(1);
  const auto loss = [&](uint32_t label, std::vector<uint32_t> others, std::vector<float> shares, std::vector<double> weights) {
    ShardedBatch batch;
    batch.inputs[0].resize(1, 2);
    batch.inputs[0].values = {0.5f, -1};
    batch.labels[0] = {label}, batch.others[0] = std::move(others), batch.shares[0] = std::move(shares);
    return network.train(batch, {.smoothing = 0, .class_weights = std::move(weights)}, workers).sum;
  };
  const double first = loss(0, {}, {}, {}), second = loss(2, {}, {}, {});
  EXPECT_NEAR(loss(0, {2}, {0.25f}, {}), 0.25 * first + 0.75 * second, 1e-9);
  EXPECT_NEAR(loss(0, {}, {}, {3, 1, 1}), 3 * first, 1e-9);
  EXPECT_NEAR(loss(0, {2}, {0.5f}, {3, 1, 1}), 2 * (0.5 * first + 0.5 * second), 1e-9);
}

TEST(Network, DropoutKeepsTheMeanAndVanishesInUse) {
  const auto layer = make_dropout({1, 1, 1000, 1}, 0.4, 9);
  Batch x, y;
  x.resize(1, 1000);
  std::fill(x.values.begin(), x.values.end(), 1.0f);
  layer->forward(0, x, y, Mode::training);
  double sum = 0;
  for (const float value : y.values) sum += value;
  EXPECT_NEAR(sum / 1000, 1, 0.1);
  EXPECT_NEAR(static_cast<double>(std::count(y.values.begin(), y.values.end(), 0.0f)), 400, 60);
  Batch dy = x, dx;
  layer->backward(0, x, y, dy, &dx);
  EXPECT_EQ(dx.values, y.values);  // the same mask
  layer->forward(0, x, y, Mode::inference);
  EXPECT_EQ(y.values, x.values);
}

}  // namespace
}  // namespace mote
