// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED of a float model: weights and bias as they are.
#include "quantize/import/sliding.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

struct FloatWeights {
  std::string name;
  Shape shape{};
  std::vector<float> values;
};

Result<FloatWeights> float_weights_of(const TfliteNode& node) {
  if (!node.is_constant(1)) return unsupported("has weights that are no constant");
  TRY(const Extents extents, node.input_extents(1));
  if (extents.size() > 4) return unsupported("has weights of " + std::to_string(extents.size()) + " dimensions");
  FloatWeights weights{.name = name_of(*node.input_tensor(1)), .shape = {1, 1, 1, 1}, .values = {}};
  std::copy(extents.begin(), extents.end(), weights.shape.end() - static_cast<std::ptrdiff_t>(extents.size()));
  TRY(weights.values, node.floats(1));
  return weights;
}

// Adds weights and bias of `channels` channels to `to`, and the node.
Result<void> add_float_weighted(TfliteNode& node, Node to, FloatWeights weights, uint32_t channels) {
  to.inputs.push_back(node.float_constant(weights.name, weights.shape, std::move(weights.values)));
  if (node.has_input(2)) {
    TRY(std::vector<float> bias, node.floats(2));
    if (bias.size() != channels) return unsupported("has a bias of another number of channels than its weights");
    to.inputs.push_back(node.float_constant(name_of(*node.input_tensor(2)), {1, 1, 1, channels}, std::move(bias)));
  }
  return node.add(std::move(to));
}

template <typename Options>
Result<void> float_convolution(TfliteNode& node, Op op) {
  TRY(const Options* options, node.options<Options>());
  TRY(Node to, dilated(*options, op));
  TRY(const ValueId input, node.image(0));
  TRY(FloatWeights weights, float_weights_of(node));
  to.inputs = {input};
  TRY_DO(slide_dilated(*options, node.shape_of(input), weights.shape, to));
  const uint32_t channels = op == Op::conv_2d ? weights.shape[0] : weights.shape[3];
  return add_float_weighted(node, std::move(to), std::move(weights), channels);
}

}  // namespace

namespace from_float {

Result<void> conv_2d(TfliteNode& node) { return float_convolution<tflite::Conv2DOptions>(node, Op::conv_2d); }

Result<void> depthwise_conv_2d(TfliteNode& node) {
  return float_convolution<tflite::DepthwiseConv2DOptions>(node, Op::depthwise_conv_2d);
}

// Of several rows, each is a place that a filter of one tap sees.
Result<void> fully_connected(TfliteNode& node) {
  TRY(const tflite::FullyConnectedOptions* options, node.options<tflite::FullyConnectedOptions>());
  if (options->weights_format() != 0) return unsupported("has shuffled weights");
  TRY(ValueId input, node.number_elements(0));
  TRY(FloatWeights weights, float_weights_of(node));
  const uint32_t channels = weights.shape[2], inputs = weights.shape[3];
  const uint64_t count = count_of(node.shape_of(input));
  if (weights.shape[0] != 1 || weights.shape[1] != 1 || count % inputs != 0)
    return unsupported("has weights that do not fit its input");
  Node to{.op = Op::fully_connected};
  TRY_DO(fuse(options->fused_activation_function(), to));
  if (count == inputs) {
    TRY(to.output, node.output_as({1, 1, 1, channels}));
  } else {
    if (node.shape_of(input)[3] != inputs || node.shape_of(input)[0] != 1)
      input = node.shaped(input, {1, 1, static_cast<uint32_t>(count / inputs), inputs});
    const Shape& x = node.shape_of(input);
    to.op = Op::conv_2d;
    TRY(to.output, node.output_as({1, x[1], x[2], channels}));
    weights.shape = {channels, 1, 1, inputs};
  }
  to.inputs = {input};
  return add_float_weighted(node, std::move(to), std::move(weights), channels);
}

}  // namespace from_float
}  // namespace mote
