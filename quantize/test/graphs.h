// Small graphs for tests: a builder, and random networks of everything that can be trained.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "quantize/graph/graph.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote::test {

inline Graph parsed(const std::string& text) {
  Result<Graph> graph = from_text(text, "test");
  if (!graph.ok()) ADD_FAILURE() << graph.error().line() << "\n" << text;
  return graph.ok() ? std::move(graph).value() : Graph{};
}

class Builder {
 public:
  Builder(uint64_t seed, Shape input) : random_(seed) {
    Value value;
    value.name = "input";
    value.shape = input;
    graph_.inputs = {last_ = graph_.add(std::move(value))};
  }

  Shape shape() const { return graph_.values[last_].shape; }

  ValueId constant(Shape shape, double low, double high) {
    Value value;
    value.shape = shape;
    value.constant = true;
    for (uint64_t i = 0; i < count_of(shape); ++i) value.floats.push_back(static_cast<float>(random_.uniform(low, high)));
    return graph_.add(std::move(value));
  }

  // He et al.'s spread, so that values keep their size from layer to layer.
  ValueId weights(Shape shape, uint32_t taps) {
    const double spread = std::sqrt(6.0 / taps);
    return constant(shape, -spread, spread);
  }

  Builder& add(Node node, std::vector<ValueId> constants) {
    node.inputs = {last_};
    node.inputs.insert(node.inputs.end(), constants.begin(), constants.end());
    const Result<Shape> shape = rules(node.op).shape(graph_, node);
    EXPECT_TRUE(shape.ok()) << (shape.ok() ? "" : shape.error().what);
    Value value;
    value.name = std::string(rules(node.op).name) + std::to_string(graph_.nodes.size());
    value.shape = shape.ok() ? *shape : Shape{1, 1, 1, 1};
    node.output = last_ = graph_.add(std::move(value));
    graph_.nodes.push_back(std::move(node));
    return *this;
  }

  Builder& conv(uint32_t filters, uint32_t width, uint32_t stride, bool bias) {
    Node node;
    node.op = Op::conv_2d;
    node.stride_width = stride;
    node.pad_left = (width - 1) / 2;
    node.pad_right = width - 1 - node.pad_left;
    std::vector<ValueId> constants = {weights({filters, 1, width, shape()[3]}, width * shape()[3])};
    if (bias) constants.push_back(constant({1, 1, 1, filters}, -0.2, 0.2));
    return add(node, constants);
  }
  Builder& depthwise(uint32_t multiplier, uint32_t width, bool bias) {
    Node node;
    node.op = Op::depthwise_conv_2d;
    const uint32_t channels = shape()[3] * multiplier;
    std::vector<ValueId> constants = {weights({1, 1, width, channels}, width)};
    if (bias) constants.push_back(constant({1, 1, 1, channels}, -0.2, 0.2));
    return add(node, constants);
  }
  Builder& dense(uint32_t outputs, bool bias) {
    Node node;
    node.op = Op::fully_connected;
    const auto inputs = static_cast<uint32_t>(count_of(shape()));
    std::vector<ValueId> constants = {weights({1, 1, outputs, inputs}, inputs)};
    if (bias) constants.push_back(constant({1, 1, 1, outputs}, -0.2, 0.2));
    return add(node, constants);
  }
  Builder& batch_norm() {
    Node node;
    node.op = Op::batch_norm;
    node.epsilon = 1e-3f;
    const Shape row = {1, 1, 1, shape()[3]};
    return add(node, {constant(row, 0.7, 1.3), constant(row, -0.3, 0.3), constant(row, -0.3, 0.3), constant(row, 0.5, 1.5)});
  }
  Builder& clamp(float low, float high) {
    Node node;
    node.op = Op::clamp;
    node.low = low;
    node.high = high;
    return add(node, {});
  }
  Builder& pool(Op op, uint32_t width) {
    Node node;
    node.op = op;
    node.filter_width = node.stride_width = width;
    return add(node, {});
  }
  // What there is, and a convolution of it.
  Builder& residual() {
    const ValueId before = last_;
    conv(shape()[3], 3, 1, true);
    Node sum;
    sum.op = Op::add;
    return add(sum, {before});
  }
  Builder& simple(Op op) {
    Node node;
    node.op = op;
    return add(node, {});
  }

  uint64_t below(uint64_t count) { return random_.below(count); }
  Graph finish() {
    graph_.outputs = {last_};
    return std::move(graph_);
  }

 private:
  Random random_;
  Graph graph_;
  ValueId last_;
};

// One to three blocks of convolution, norm, activation, sum and pool; then a head with a softmax over `classes`.
inline Graph random_network(uint64_t seed, uint32_t samples, uint32_t channels, uint32_t classes) {
  Builder builder(seed, {1, 1, samples, channels});
  const uint64_t blocks = 1 + builder.below(3);
  for (uint64_t block = 0; block < blocks; ++block) {
    if (block != 0 && builder.shape()[2] >= 3 && builder.below(2) == 0)
      builder.depthwise(1 + static_cast<uint32_t>(builder.below(2)), 3, builder.below(2) == 0);
    else
      builder.conv(4 + static_cast<uint32_t>(builder.below(17)), 1 + static_cast<uint32_t>(builder.below(5)),
                   1 + static_cast<uint32_t>(builder.below(2)), builder.below(2) == 0);
    if (builder.below(2) == 0) builder.batch_norm();
    builder.clamp(0, builder.below(2) == 0 ? 6.0f : 3.4e38f);
    if (builder.below(3) == 0) builder.residual();
    if (builder.below(2) == 0 && builder.shape()[2] >= 4)
      builder.pool(builder.below(2) == 0 ? Op::max_pool_2d : Op::average_pool_2d, 2);
  }
  if (builder.below(2) == 0) builder.simple(Op::mean);
  return builder.dense(classes, true).simple(Op::softmax).finish();
}

}  // namespace mote::test
