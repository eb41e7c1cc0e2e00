// Finds the pairs, and scales them in turn.
#include "quantize/passes/equalise.h"

#include <algorithm>
#include <cmath>

#include "device/model/container.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

constexpr int kMostSweeps = 30;
constexpr double kFarFactor = 1e4;

bool is_weighted_layer(const Graph& graph, const Node& node) {
  if (node.op != Op::conv_2d && node.op != Op::depthwise_conv_2d && node.op != Op::fully_connected) return false;
  return std::all_of(node.inputs.begin() + 1, node.inputs.end(), [&](ValueId id) { return graph.values[id].constant; });
}

// f(s x) = s f(x) for s > 0.
bool is_homogeneous(const Node& node) { return (node.low == 0 || node.low <= -3e38f) && node.high >= 3e38f; }

// Gives each channel of its output from that channel of its input alone.
bool passes_channels(const Graph& graph, const Node& node) {
  if (node.op == Op::max_pool_2d || node.op == Op::average_pool_2d) return true;
  if (node.op == Op::reshape) return true;  // elements keep their order: channels stay last, or are read flat
  return node.op == Op::mean && node.numbers[attribute::kMeanOuter] == 0 &&
         graph.values[node.inputs[0]].shape[3] == graph.values[node.output].shape[3];
}

// Weight i of a layer as one of its output channel, and as one that reads an input channel.
struct Channels {
  const Graph& graph;
  const Node& node;

  uint32_t out(size_t i) const {
    const Shape& shape = graph.values[node.inputs[1]].shape;
    if (node.op == Op::conv_2d) return static_cast<uint32_t>(i / (size_t{shape[1]} * shape[2] * shape[3]));
    return static_cast<uint32_t>(node.op == Op::fully_connected ? i / shape[3] : i % shape[3]);
  }
  uint32_t in(size_t i, uint32_t channels) const {
    const Shape &shape = graph.values[node.inputs[1]].shape, &x = graph.values[node.inputs[0]].shape;
    if (node.op == Op::fully_connected) return static_cast<uint32_t>(i % shape[3] % channels);  // it reads channels last
    if (node.op == Op::depthwise_conv_2d) return static_cast<uint32_t>(i % shape[3] / (shape[3] / x[3]));
    const uint32_t groups = x[3] / shape[3];
    return out(i) / (shape[0] / groups) * shape[3] + static_cast<uint32_t>(i % shape[3]);
  }
};

struct Pair {
  size_t first, second;  // places of nodes
};

// The layer that alone reads the output of the one at `place`, or why there is none that can share its scales.
size_t reader(const Graph& graph, size_t place, std::string& why) {
  const Node* node = &graph.nodes[place];
  const uint32_t channels = graph.values[node->output].shape[3];
  while (true) {
    if (!is_homogeneous(*node)) {
      why = node->low == 0 && node->high == 6 ? "its ReLU6 bounds it from above" : "its activation is no ReLU";
      return graph.nodes.size();
    }
    if (uses(graph, node->output) != 1) {
      why = "more than one layer reads it";
      return graph.nodes.size();
    }
    const auto next = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& other) {
      return std::find(other.inputs.begin(), other.inputs.end(), node->output) != other.inputs.end();
    });
    if (next == graph.nodes.end()) return graph.nodes.size();  // the graph's output
    const bool reads_flat = next->op == Op::fully_connected || next->op == Op::reshape;
    if (!reads_flat && graph.values[next->inputs[0]].shape[3] != channels) return graph.nodes.size();
    if (is_weighted_layer(graph, *next)) return static_cast<size_t>(next - graph.nodes.begin());
    if (!passes_channels(graph, *next)) return graph.nodes.size();
    node = &*next;
  }
}

// A constant that no other node reads: what is shared is copied first.
ValueId own(Graph& graph, Node& node, size_t input) {
  if (uses(graph, node.inputs[input]) > 1) {
    Value copy = graph.values[node.inputs[input]];
    node.inputs[input] = graph.add(std::move(copy));
  }
  return node.inputs[input];
}

template <typename Channel>
std::vector<double> largest(const std::vector<float>& weights, uint32_t channels, Channel channel) {
  std::vector<double> result(channels);
  for (size_t i = 0; i < weights.size(); ++i) {
    double& most = result[channel(i)];
    most = std::max(most, std::abs(static_cast<double>(weights[i])));
  }
  return result;
}

// How far the factors are from 1.
double scale_pair(Graph& graph, const Pair& pair) {
  const Node &first = graph.nodes[pair.first], &second = graph.nodes[pair.second];
  const uint32_t channels = graph.values[first.output].shape[3];
  std::vector<float>& before = graph.values[first.inputs[1]].floats;
  std::vector<float>& after = graph.values[second.inputs[1]].floats;
  const Channels makes{graph, first}, reads{graph, second};
  const std::vector<double> made = largest(before, channels, [&](size_t i) { return makes.out(i); });
  const std::vector<double> read = largest(after, channels, [&](size_t i) { return reads.in(i, channels); });
  std::vector<double> factor(channels, 1.0);
  double furthest = 0;
  for (uint32_t c = 0; c < channels; ++c) {
    if (made[c] < 1e-12 || read[c] < 1e-12) continue;
    factor[c] = std::clamp(std::sqrt(made[c] / read[c]), 1 / kFarFactor, kFarFactor);
    furthest = std::max(furthest, std::abs(std::log(factor[c])));
  }
  for (size_t i = 0; i < before.size(); ++i)
    before[i] = static_cast<float>(static_cast<double>(before[i]) / factor[makes.out(i)]);
  for (size_t i = 0; i < after.size(); ++i)
    after[i] = static_cast<float>(static_cast<double>(after[i]) * factor[reads.in(i, channels)]);
  if (first.inputs.size() > 2) {
    std::vector<float>& bias = graph.values[first.inputs[2]].floats;
    for (uint32_t c = 0; c < channels; ++c) bias[c] = static_cast<float>(static_cast<double>(bias[c]) / factor[c]);
  }
  return furthest;
}

}  // namespace

Equalisation equalise(Graph& graph) {
  Equalisation result;
  std::vector<Pair> pairs;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!is_weighted_layer(graph, graph.nodes[i])) continue;
    std::string why;
    const size_t second = reader(graph, i, why);
    if (second < graph.nodes.size()) {
      pairs.push_back({i, second});
    } else if (!why.empty()) {
      const std::string& name = graph.values[graph.nodes[i].output].name;
      result.left_alone.push_back((name.empty() ? "%" + std::to_string(graph.nodes[i].output) : name) + ": " + why);
    }
  }
  for (const Pair& pair : pairs)
    for (const size_t place : {pair.first, pair.second})
      for (size_t input = 1; input < graph.nodes[place].inputs.size(); ++input) own(graph, graph.nodes[place], input);
  double furthest = 1;
  for (int sweep = 0; sweep < kMostSweeps && furthest > 1e-3; ++sweep) {
    furthest = 0;
    for (const Pair& pair : pairs) furthest = std::max(furthest, scale_pair(graph, pair));
  }
  result.pairs = static_cast<uint32_t>(pairs.size());
  return result;
}

}  // namespace mote
