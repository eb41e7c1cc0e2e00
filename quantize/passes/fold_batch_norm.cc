// batch_norm moves into the convolution or the fully connected layer that feeds it.
#include <cmath>

#include "quantize/passes/passes.h"

namespace mote {
namespace {

// Which dimension of the weights counts the output channels, or -1 for an operator that has none.
int channel_dimension(Op op) {
  switch (op) {
    case Op::conv_2d:
      return 0;
    case Op::fully_connected:
      return 2;
    case Op::depthwise_conv_2d:
      return 3;
    default:
      return -1;
  }
}

bool foldable(const Graph& graph, const Node* into, const Node& norm) {
  if (into == nullptr || channel_dimension(into->op) < 0 || uses(graph, into->output) != 1) return false;
  const Node plain;
  if (into->low != plain.low || into->high != plain.high) return false;  // the clamp comes before the norm
  for (size_t i = 1; i < into->inputs.size(); ++i)
    if (!graph.values[into->inputs[i]].constant) return false;
  for (size_t i = 1; i < norm.inputs.size(); ++i)
    if (!graph.values[norm.inputs[i]].constant) return false;
  return true;
}

// gamma / sqrt(variance + epsilon) of every channel.
std::vector<double> factors(const Graph& graph, const Node& norm) {
  const std::vector<float>& gamma = graph.values[norm.inputs[1]].floats;
  const std::vector<float>& variance = graph.values[norm.inputs[4]].floats;
  std::vector<double> result(gamma.size());
  for (size_t c = 0; c < gamma.size(); ++c)
    result[c] = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + static_cast<double>(norm.epsilon));
  return result;
}

Value scaled_weights(const Graph& graph, const Node& into, const std::vector<double>& factor) {
  Value weights = graph.values[into.inputs[1]];
  size_t inner = 1;  // elements between one channel and the next
  for (int d = channel_dimension(into.op) + 1; d < 4; ++d) inner *= weights.shape[static_cast<size_t>(d)];
  for (size_t i = 0; i < weights.floats.size(); ++i)
    weights.floats[i] = static_cast<float>(static_cast<double>(weights.floats[i]) * factor[i / inner % factor.size()]);
  return weights;
}

Value shifted_bias(const Graph& graph, const Node& into, const Node& norm, const std::vector<double>& factor) {
  const std::vector<float>& beta = graph.values[norm.inputs[2]].floats;
  const std::vector<float>& mean = graph.values[norm.inputs[3]].floats;
  Value bias;
  if (into.inputs.size() > 2) {
    bias = graph.values[into.inputs[2]];
  } else {
    bias.name = graph.values[norm.inputs[2]].name;
    bias.shape = {1, 1, 1, static_cast<uint32_t>(factor.size())};
    bias.constant = true;
    bias.floats.assign(factor.size(), 0.0f);
  }
  for (size_t c = 0; c < factor.size(); ++c)
    bias.floats[c] = static_cast<float>((static_cast<double>(bias.floats[c]) - static_cast<double>(mean[c])) * factor[c] +
                                        static_cast<double>(beta[c]));
  return bias;
}

}  // namespace

//     %2 = conv_2d(%0, %1)                                       %2 = conv_2d(%0, %1 * factor, (bias - mean) * factor + beta)
//     %7 = batch_norm(%2, gamma, beta, mean, variance)    =>     return %2
//     return %7
//
// with factor = gamma / sqrt(variance + epsilon). Weights get new values, so that another layer may share the old ones.
int fold_batch_norm(Graph& graph) {
  int folded = 0;
  for (size_t i = 0; i < graph.nodes.size();) {
    const Node norm = graph.nodes[i];
    Node* into = norm.op == Op::batch_norm ? producer(graph, norm.inputs[0]) : nullptr;
    if (!foldable(graph, into, norm)) {
      ++i;
      continue;
    }
    const std::vector<double> factor = factors(graph, norm);
    Value weights = scaled_weights(graph, *into, factor), bias = shifted_bias(graph, *into, norm, factor);
    into->inputs = {into->inputs[0], graph.add(std::move(weights)), graph.add(std::move(bias))};
    graph.nodes.erase(graph.nodes.begin() + static_cast<ptrdiff_t>(i));
    replace_uses(graph, norm.output, norm.inputs[0]);
    ++folded;
  }
  return folded;
}

}  // namespace mote
