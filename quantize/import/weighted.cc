// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED: weights, a bias, and the scaling of each output channel.
#include "quantize/calibrate/affine.h"
#include "quantize/import/sliding.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

struct Weights {
  const tflite::Tensor* tensor = nullptr;
  Shape shape{};
  std::vector<int32_t> integers;
  std::vector<float> scales;  // one, or one per channel
};

Result<Weights> weights_of(const TfliteNode& node) {
  Weights weights;
  weights.tensor = node.input_tensor(1);
  if (weights.tensor == nullptr || weights.tensor->type() != static_cast<int8_t>(TfliteType::int8))
    return unsupported("has weights that are not int8");
  TRY(const Extents extents, extents_of(*weights.tensor));
  if (extents.size() > 4) return unsupported("has weights of " + std::to_string(extents.size()) + " dimensions");
  weights.shape = {1, 1, 1, 1};
  std::copy(extents.begin(), extents.end(), weights.shape.end() - static_cast<std::ptrdiff_t>(extents.size()));
  TRY(weights.integers, node.integers(1));
  const tflite::QuantizationParameters* quantization = weights.tensor->quantization();
  if (quantization == nullptr || quantization->scale() == nullptr || quantization->scale()->size() == 0)
    return unsupported("has weights without scales");
  weights.scales.assign(quantization->scale()->begin(), quantization->scale()->end());
  for (const int64_t zero_point : zero_points_of(*weights.tensor))
    if (zero_point != 0) return unsupported("has weights with a zero point other than 0");
  return weights;
}

Result<std::vector<int32_t>> bias_of(const TfliteNode& node, uint32_t channels) {
  if (!node.has_input(2)) return std::vector<int32_t>(channels);
  if (node.input_tensor(2)->type() != static_cast<int8_t>(TfliteType::int32)) return unsupported("has a bias that is not int32");
  TRY(std::vector<int32_t> bias, node.integers(2));
  if (bias.size() != channels) return unsupported("has a bias of another number of channels than its weights");
  return bias;
}

// Adds weights, bias and requantization of `channels` channels to `to`, and its output.
Result<void> add_weighted(TfliteNode& node, Node to, Weights weights, uint32_t channels) {
  if (weights.scales.size() != 1 && weights.scales.size() != channels)
    return unsupported("has " + std::to_string(weights.scales.size()) + " weight scales for " + std::to_string(channels) +
                       " channels");
  TRY(std::vector<int32_t> bias, bias_of(node, channels));
  TRY(to.output, node.output());
  const float input = node.graph().values[to.inputs[0]].quantization.scale[0],
              output = node.graph().values[to.output].quantization.scale[0];
  std::vector<int32_t> requantization(size_t{2} * channels);
  std::vector<float> scales(channels), bias_scales(channels);
  for (uint32_t c = 0; c < channels; ++c) {
    scales[c] = weights.scales[weights.scales.size() == 1 ? 0 : c];
    bias_scales[c] = input * scales[c];
    // A fully connected layer of one scale has its product of scales in float (kernel_util.cc,
    // GetQuantizedConvolutionMultipler).
    const bool in_float = to.op == Op::fully_connected && weights.scales.size() == 1;
    const double product =
        in_float ? static_cast<double>(bias_scales[c]) : static_cast<double>(input) * static_cast<double>(scales[c]);
    const Multiplier multiplier = quantize_multiplier(product / static_cast<double>(output));
    requantization[c] = multiplier.value;
    requantization[channels + c] = multiplier.shift;
  }
  const std::string name = name_of(*weights.tensor);
  to.inputs.push_back(node.constant(name, weights.shape, Type::int8, std::move(weights.integers), std::move(scales)));
  to.inputs.push_back(node.constant(name + " bias", {1, 1, 1, channels}, Type::int32, std::move(bias), std::move(bias_scales)));
  to.inputs.push_back(node.constant(name + " requantization", {1, 1, 2, channels}, Type::int32, std::move(requantization)));
  return node.add(std::move(to));
}

template <typename Options>
Result<void> convolution(TfliteNode& node, Op op) {
  TRY(const Options* options, node.options<Options>());
  if (options->dilation_h_factor() != 1 || options->dilation_w_factor() != 1) return unsupported("is dilated");
  TRY(const ValueId input, node.image(0));
  TRY(Weights weights, weights_of(node));
  Node to{.op = op, .inputs = {input}};
  TRY_DO(slide(*options, node.shape_of(input), weights.shape[1], weights.shape[2], to));
  const uint32_t channels = op == Op::conv_2d ? weights.shape[0] : weights.shape[3];
  return add_weighted(node, std::move(to), std::move(weights), channels);
}

}  // namespace

namespace from_tflite {

Result<void> conv_2d(TfliteNode& node) { return convolution<tflite::Conv2DOptions>(node, Op::conv_2d); }

Result<void> depthwise_conv_2d(TfliteNode& node) {
  return convolution<tflite::DepthwiseConv2DOptions>(node, Op::depthwise_conv_2d);
}

Result<void> fully_connected(TfliteNode& node) {
  TRY(const tflite::FullyConnectedOptions* options, node.options<tflite::FullyConnectedOptions>());
  if (options->weights_format() != 0) return unsupported("has shuffled weights");
  TRY(const ValueId input, node.int8_elements(0));
  Node to{.op = Op::fully_connected, .inputs = {input}};
  TRY_DO(fuse(options->fused_activation_function(), to));
  TRY(Weights weights, weights_of(node));
  const uint32_t channels = weights.shape[2];
  return add_weighted(node, std::move(to), std::move(weights), channels);
}

}  // namespace from_tflite
}  // namespace mote
