// Conv and BatchNormalization, and what is folded into the weights of a sum.
#include "quantize/import/onnx/sums.h"

#include <algorithm>
#include <cmath>

namespace mote::from_onnx {
namespace {

constexpr int kConv = 3, kDepthwise = 4;

void scale_channels(FloatDraft& draft, const WeightedSum& sum, const std::vector<float>& scale) {
  const auto of = [&](size_t channel) { return scale[scale.size() == 1 ? 0 : channel]; };
  draft.change(sum.weights, [&](std::span<float> weights) {
    const size_t inner = weights.size() / sum.channels;
    for (size_t i = 0; i < weights.size(); ++i) weights[i] *= of(sum.channels_first ? i / inner : i % sum.channels);
  });
  draft.change(sum.bias, [&](std::span<float> bias) {
    for (size_t c = 0; c < bias.size(); ++c) bias[c] *= of(c);
  });
}

// The integers stay, or change their signs, while no channel is scaled to nothing.
void scale_integers(OnnxImport& import, const WeightedSum& sum, const std::vector<float>& scale) {
  const auto held = import.scales.find(sum.weights);
  if (held == import.scales.end()) return;
  for (size_t c = 0; c < sum.channels; ++c) held->second.scale[c] *= std::fabs(scale[scale.size() == 1 ? 0 : c]);
  const std::vector<float>& scales = held->second.scale;
  if (!std::all_of(scales.begin(), scales.end(), [](float one) { return std::isnormal(one); })) import.scales.erase(held);
}

// The bias at `place`, or zeros.
Result<std::vector<float>> bias_of(OnnxNode& node, size_t place, uint32_t channels) {
  if (!node.has_input(place)) return std::vector<float>(channels, 0.0f);
  TRY(std::vector<float> bias, node.reals(place));
  if (bias.size() != channels) return unsupported("has a bias of another number of channels than its weights");
  return bias;
}

template <typename Options>
Options convolution_options(const Windows& windows) {
  Options options;
  options.padding = windows.padding();
  options.stride_h = static_cast<int32_t>(windows.stride[0]);
  options.stride_w = static_cast<int32_t>(windows.stride[1]);
  options.dilation_h_factor = static_cast<int32_t>(windows.dilation[0]);
  options.dilation_w_factor = static_cast<int32_t>(windows.dilation[1]);
  return options;
}

// Input 0 by its windows' weights [O, I / groups, height, width].
Result<void> convolve(OnnxNode& node, OnnxValue& in, const Windows& windows, const Extents& shape,
                      const std::vector<float>& values, bool depthwise) {
  const uint32_t batch = in.extents[0], out = shape[0];
  TRY(int32_t x, images(node, in));
  if (windows.padding() != 0 && windows.is_padded()) x = padded(node, x, windows, 0);
  const std::vector<uint32_t> axes = depthwise ? std::vector<uint32_t>{1, 2, 3, 0} : std::vector<uint32_t>{0, 2, 3, 1};
  TRY(const std::vector<float> bias, bias_of(node, 2, out));
  WeightedSum sum{.channels_first = !depthwise, .channels = out, .axis = 1};
  sum.weights = node.draft().floats(permuted(shape, axes), permuted(values, shape, axes), node.input_name(1));
  sum.bias = node.draft().floats({out}, bias, node.has_input(2) ? node.input_name(2) : "");
  hold_integers(node, sum);
  const int32_t result = node.draft().tensor({batch, windows.output[0], windows.output[1], out}, node.output_name());
  each_image(node, x, result, [&](int32_t image, int32_t made) {
    if (depthwise) {
      auto options = convolution_options<tflite::DepthwiseConv2DOptionsT>(windows);
      options.depth_multiplier = static_cast<int32_t>(out / in.extents[1]);
      node.draft().node(kDepthwise, {image, sum.weights, sum.bias}, {made}, options);
    } else {
      node.draft().node(kConv, {image, sum.weights, sum.bias}, {made}, convolution_options<tflite::Conv2DOptionsT>(windows));
    }
  });
  TRY_DO(give_images(node, result, windows.output_extents(batch, out)));
  remember_sum(node, sum);
  return {};
}

}  // namespace

void hold_integers(OnnxNode& node, const WeightedSum& sum, float factor) {
  const Result<const OnnxTensor*> weights = node.constant(1);
  if (!weights.ok() || ((*weights)->scales.size() != 1 && (*weights)->scales.size() != sum.channels)) return;
  std::vector<float> scales((*weights)->scales);
  scales.resize(sum.channels, scales.front());
  node.import().scales[sum.weights] = {.name = "", .scale = std::move(scales)};
  scale_integers(node.import(), sum, {factor});
}

void remember_sum(OnnxNode& node, const WeightedSum& sum) { node.import().sums[node.output_name()] = sum; }

bool fold_into_sum(OnnxNode& node, size_t place, size_t axis, const std::vector<float>& scale, const std::vector<float>& offset) {
  const auto found = node.import().sums.find(node.input_name(place));
  if (found == node.import().sums.end() || node.import().uses[node.input_name(place)] != 1) return false;
  const WeightedSum sum = found->second;
  const auto suits = [&](size_t count) { return count == 1 || (count == sum.channels && axis == sum.axis); };
  if (!suits(scale.size()) || !suits(offset.size())) return false;
  scale_channels(node.draft(), sum, scale);
  scale_integers(node.import(), sum, scale);
  node.draft().change(sum.bias, [&](std::span<float> bias) {
    for (size_t c = 0; c < bias.size(); ++c) bias[c] += offset[offset.size() == 1 ? 0 : c];
  });
  node.give(OnnxValue(node.import().values.at(node.input_name(place))));
  remember_sum(node, sum);
  return true;
}

Result<void> conv(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* weights, node.constant(1));
  TRY(std::vector<float> values, node.reals(1));
  Extents shape = weights->extents;
  if (in->rank() < 3 || shape.size() != in->rank()) return unsupported("has weights that do not fit its input");
  const std::vector<int64_t> kernel(shape.begin() + 2, shape.end());
  TRY(const Windows windows, windows_of(node, in->extents, kernel));
  if (shape.size() == 3) shape.insert(shape.begin() + 2, 1);
  const int64_t groups = node.integer("group", 1);
  if (groups < 1 || uint64_t{shape[1]} * static_cast<uint64_t>(groups) != in->extents[1] || shape[0] % groups != 0)
    return unsupported("has weights that do not fit its input");
  return convolve(node, *in, windows, shape, values, groups > 1 && shape[1] == 1);
}

// gamma * (x - mean) / sqrt(variance + epsilon) + beta: part of the sum before it, else a filter of one tap.
Result<void> batch_normalization(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  if (node.integer("training_mode", 0) != 0 || node.has_output(1)) return unsupported("is in training mode");
  if (in->rank() < 2 || in->rank() > 4) return unsupported("has an input of " + std::to_string(in->rank()) + " dimensions");
  const uint32_t channels = in->extents[1];
  std::vector<float> parts[4];
  for (size_t i = 0; i < 4; ++i) {
    TRY(parts[i], node.reals(1 + i));
    if (parts[i].size() != channels) return unsupported("has another number of channels than its input");
  }
  std::vector<float> scale(channels), offset(channels);
  for (size_t c = 0; c < channels; ++c) {
    scale[c] = parts[0][c] / std::sqrt(parts[3][c] + node.real("epsilon", 1e-5f));
    offset[c] = parts[1][c] - parts[2][c] * scale[c];
  }
  if (fold_into_sum(node, 0, 1, scale, offset)) return {};
  const Order order = in->rank() == 2 ? Order::plain : Order::channels_last;
  const auto places = static_cast<uint32_t>(count_of(in->extents) / channels);
  const int32_t x = node.reshaped(node.in_order(*in, order), {1, 1, places, channels});
  const int32_t made = node.between({1, 1, places, channels});
  auto options = convolution_options<tflite::DepthwiseConv2DOptionsT>(Windows());
  options.depth_multiplier = 1;
  node.draft().node(kDepthwise,
                    {x, node.draft().floats({1, 1, 1, channels}, scale, node.input_name(1)),
                     node.draft().floats({channels}, offset, node.input_name(2))},
                    {made}, options);
  OnnxValue result{.extents = in->extents, .constant = {}};
  (order == Order::plain ? result.plain : result.channels_last) = node.reshaped(made, extents_in(order, in->extents));
  node.give(std::move(result));
  return {};
}

}  // namespace mote::from_onnx
