// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, TRANSPOSE_CONV: weights, a bias, and the scaling of each output channel.
#include "quantize/calibrate/affine.h"
#include "quantize/import/sliding.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

struct Weights {
  const tflite::Tensor* tensor = nullptr;
  Shape shape{};
  Type type = Type::int8;
  std::vector<int32_t> integers;
  std::vector<float> scales;  // one, or one per channel
};

Result<Weights> weights_of(const TfliteNode& node) {
  Weights weights;
  weights.tensor = node.input_tensor(1);
  if (weights.tensor == nullptr) return unsupported("has too few inputs");
  if (weights.tensor->type() == static_cast<int8_t>(TfliteType::int4))
    weights.type = Type::int4;
  else if (weights.tensor->type() != static_cast<int8_t>(TfliteType::int8))
    return unsupported("has weights that are neither int8 nor int4");
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

// On int16 activations it may be int64, within 32 bits.
Result<std::vector<int32_t>> bias_of(const TfliteNode& node, uint32_t place, uint32_t channels, Type activations) {
  if (!node.has_input(place)) return std::vector<int32_t>(channels);
  const auto type = static_cast<TfliteType>(node.input_tensor(place)->type());
  if (type != TfliteType::int32 && !(type == TfliteType::int64 && activations == Type::int16))
    return unsupported(activations == Type::int16 ? "has a bias that is neither int32 nor int64"
                                                  : "has a bias that is not int32");
  TRY(std::vector<int32_t> bias, node.integers(place));
  if (bias.size() != channels) return unsupported("has a bias of another number of channels than its weights");
  return bias;
}

// The product of the scales of input and weights. A fully connected layer of one scale has it in float (kernel_util.cc,
// GetQuantizedConvolutionMultipler).
double scale_product(float input, float weights, bool in_float) {
  return in_float ? static_cast<double>(input * weights) : static_cast<double>(input) * static_cast<double>(weights);
}

// Adds weights, bias (the input at `bias_place`) and requantization of `channels` channels to `to`, and the node.
Result<void> add_weighted(TfliteNode& node, Node to, Weights weights, uint32_t channels, uint32_t bias_place = 2,
                          bool in_float = false) {
  if (weights.scales.size() != 1 && weights.scales.size() != channels)
    return unsupported("has " + std::to_string(weights.scales.size()) + " weight scales for " + std::to_string(channels) +
                       " channels");
  const Type activations = node.graph().values[to.inputs[0]].type;
  if (activations == Type::int16 && weights.type != Type::int8) return unsupported("has weights that are not int8, on int16");
  TRY(std::vector<int32_t> bias, bias_of(node, bias_place, channels, activations));
  if (to.output == kNoValue) {
    TRY(to.output, node.output());
  }
  const float input = node.graph().values[to.inputs[0]].quantization.scale[0],
              output = node.graph().values[to.output].quantization.scale[0];
  std::vector<int32_t> requantization(size_t{2} * channels);
  std::vector<float> scales(channels), bias_scales(channels);
  for (uint32_t c = 0; c < channels; ++c) {
    scales[c] = weights.scales[weights.scales.size() == 1 ? 0 : c];
    bias_scales[c] = input * scales[c];
    const Multiplier multiplier = quantize_multiplier(scale_product(input, scales[c], in_float) / static_cast<double>(output));
    requantization[c] = multiplier.value;
    requantization[channels + c] = multiplier.shift;
  }
  const std::string name = name_of(*weights.tensor);
  to.inputs.push_back(node.constant(name, weights.shape, weights.type, std::move(weights.integers), std::move(scales)));
  to.inputs.push_back(node.constant(name + " bias", {1, 1, 1, channels}, Type::int32, std::move(bias), std::move(bias_scales)));
  to.inputs.push_back(node.constant(name + " requantization", {1, 1, 2, channels}, Type::int32, std::move(requantization)));
  return node.add(std::move(to));
}

template <typename Options>
Result<void> convolution(TfliteNode& node, Op op) {
  TRY(const Options* options, node.options<Options>());
  TRY(Node to, dilated(*options, op));
  TRY(Weights weights, weights_of(node));
  const bool pointwise = weights.shape[1] == 1 && weights.shape[2] == 1 && options->stride_h() == 1 && options->stride_w() == 1;
  TRY(const ValueId input, pointwise ? node.input(0) : node.image(0));
  to.inputs = {input};
  TRY_DO(slide_dilated(*options, node.shape_of(input), weights.shape, to));
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
  TRY(ValueId input, node.number_elements(0));
  TRY(Weights weights, weights_of(node));
  const uint32_t channels = weights.shape[2], inputs = weights.shape[3];
  const uint64_t count = count_of(node.shape_of(input));
  if (weights.shape[0] != 1 || weights.shape[1] != 1 || count % inputs != 0)
    return unsupported("has weights that do not fit its input");
  const bool in_float = weights.scales.size() == 1;
  Node to{.op = Op::fully_connected};
  TRY_DO(fuse(options->fused_activation_function(), to));
  if (count == inputs) {
    to.inputs = {input};
    TRY(to.output, node.output_as({1, 1, 1, channels}));
    return add_weighted(node, std::move(to), std::move(weights), channels, 2, in_float);
  }
  // Several rows: each is a place that a filter of one tap sees.
  if (node.shape_of(input)[3] != inputs) input = node.shaped(input, {1, 1, static_cast<uint32_t>(count / inputs), inputs});
  const Shape& x = node.shape_of(input);
  to.op = Op::conv_2d;
  to.inputs = {input};
  TRY(to.output, node.output_as({1, x[1], x[2], channels}));
  weights.shape = {channels, 1, 1, inputs};
  return add_weighted(node, std::move(to), std::move(weights), channels, 2, in_float);
}

// The margins are those of the convolution that would make the input of the output.
Result<void> transpose_conv(TfliteNode& node) {
  TRY(const tflite::TransposeConvOptions* options, node.options<tflite::TransposeConvOptions>());
  TRY(const ValueId input, node.image(2));
  TRY(Weights weights, weights_of(node));
  if (weights.type != Type::int8) return unsupported("has weights that are not int8");
  TRY(const Extents output, node.output_extents());
  if (output.size() != 4 || output[0] != 1) return unsupported("has an output that is no single image");
  Node to{.op = Op::transpose_conv_2d, .inputs = {input}};
  TRY_DO(slide(*options, {1, output[1], output[2], output[3]}, weights.shape[1], weights.shape[2], to));
  const uint32_t channels = weights.shape[0];
  return add_weighted(node, std::move(to), std::move(weights), channels, /*bias_place=*/3);
}

}  // namespace from_tflite
}  // namespace mote
