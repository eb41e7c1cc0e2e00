// Conv, Gemm, MatMul, BatchNormalization.
#include "quantize/import/onnx/sums.h"

#include <algorithm>
#include <cmath>

namespace mote::from_onnx {
namespace {

constexpr int kAddTo = 0, kMulBy = 18, kConv = 3, kDepthwise = 4, kFullyConnected = 9;
constexpr uint32_t kMostMatrices = 64;  // of a batch, each of which becomes a dense layer

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

// A row of `depth` numbers for each of `rows`, by the constant matrix `weights` [columns, depth].
struct Dense {
  uint32_t depth = 0, columns = 0;
  std::vector<float> weights;
};

// The matrix `values` [depth, columns] or, `turned`, [columns, depth].
Dense dense_of(const std::vector<float>& values, const Extents& extents, bool turned) {
  const size_t rank = extents.size();
  if (turned) return {.depth = extents[rank - 1], .columns = extents[rank - 2], .weights = values};
  return {.depth = extents[rank - 2],
          .columns = extents[rank - 1],
          .weights = permuted(values, {extents[rank - 2], extents[rank - 1]}, {1, 0})};
}

// Weights for an input that lies flat: ONNX's element c * places + p is at p * channels + c.
void flatten_depth(Dense& dense, uint32_t channels) {
  dense.weights = permuted(dense.weights, {dense.columns, channels, dense.depth / channels}, {0, 2, 1});
}

// Input `place` times `dense`, with a bias.
Result<void> multiply(OnnxNode& node, OnnxValue& in, Dense dense, const std::vector<float>& bias) {
  if (in.extents.back() != dense.depth) return unsupported("has matrices that do not fit each other");
  const bool flat = in.flat != kNowhere && in.plain == kNowhere;
  if (flat) flatten_depth(dense, in.channels);
  Extents extents = in.extents;
  extents.back() = dense.columns;
  WeightedSum sum{.channels_first = true, .channels = dense.columns, .axis = extents.size() - 1};
  sum.weights = node.draft().floats({dense.columns, dense.depth}, dense.weights, node.input_name(1));
  sum.bias = node.draft().floats({dense.columns}, bias, "");
  const int32_t x = flat ? in.flat : node.plain(in);
  TRY(const int32_t result, node.give_tensor(extents, Order::plain));
  node.draft().node(kFullyConnected, {x, sum.weights, sum.bias}, {result}, tflite::FullyConnectedOptionsT());
  remember_sum(node, sum);
  return {};
}

// The product, and beta times what differs from row to row or is no constant.
Result<void> multiply_and_add(OnnxNode& node, OnnxValue& in, Dense dense, OnnxValue offset, float beta) {
  const Extents extents = {in.extents[0], dense.columns};
  TRY(const Extents both, broadcast(extents, offset.extents));
  if (both != extents) return unsupported("has a bias that does not fit its result");
  const std::vector<float> none(dense.columns, 0.0f);
  TRY_DO(multiply(node, in, std::move(dense), none));
  const int32_t product = node.import().values.at(node.output_name()).plain;
  node.import().sums.erase(node.output_name());
  if (offset.constant)
    for (float& value : offset.constant->floats) value *= beta;
  if (offset.constant) offset.plain = kNowhere;
  int32_t other = node.plain(offset);
  if (beta != 1 && !offset.constant) {
    const int32_t scaled = node.between(offset.extents);
    node.draft().node(kMulBy, {other, node.draft().floats({}, std::vector<float>{beta}, "")}, {scaled}, tflite::MulOptionsT());
    other = scaled;
  }
  TRY(const int32_t sum, node.give_tensor(both, Order::plain));
  node.draft().node(kAddTo, {product, other}, {sum}, tflite::AddOptionsT());
  return {};
}

// One constant matrix for each of a batch of matrices: a dense layer for each.
Result<void> multiply_each(OnnxNode& node, OnnxValue& in, const OnnxTensor& by) {
  const size_t rank = in.rank();
  const uint64_t matrices = by.count() / (uint64_t{by.extents[rank - 2]} * by.extents[rank - 1]);
  if (by.extents.size() != rank || matrices > kMostMatrices ||
      !std::equal(by.extents.begin(), by.extents.end() - 2, in.extents.begin()))
    return unsupported("repeats a matrix, or has too many of them");
  const uint32_t rows = in.extents[rank - 2], depth = in.extents[rank - 1], columns = by.extents[rank - 1];
  Extents extents = in.extents;
  extents.back() = columns;
  const auto count = static_cast<uint32_t>(matrices);
  const int32_t x = node.reshaped(node.plain(in), {count, rows, depth});
  const int32_t joined = node.between({count, rows, columns});
  uint32_t at = 0;
  each_image(node, x, joined, [&](int32_t image, int32_t made) {
    const auto begin = by.floats.begin() + static_cast<std::ptrdiff_t>(at++ * size_t{depth} * columns);
    const Dense dense = dense_of({begin, begin + static_cast<std::ptrdiff_t>(size_t{depth} * columns)}, {depth, columns}, false);
    node.draft().node(kFullyConnected,
                      {image, node.draft().floats({columns, depth}, dense.weights, node.input_name(1)), kNowhere}, {made},
                      tflite::FullyConnectedOptionsT());
  });
  TRY_DO(check_extents(extents));
  OnnxValue result{.extents = extents, .constant = {}};
  result.plain = node.reshaped(joined, extents);
  node.give(std::move(result));
  return {};
}

}  // namespace

void remember_sum(OnnxNode& node, const WeightedSum& sum) { node.import().sums[node.output_name()] = sum; }

bool fold_into_sum(OnnxNode& node, size_t place, size_t axis, const std::vector<float>& scale, const std::vector<float>& offset) {
  const auto found = node.import().sums.find(node.input_name(place));
  if (found == node.import().sums.end() || node.import().uses[node.input_name(place)] != 1) return false;
  const WeightedSum sum = found->second;
  const auto suits = [&](size_t count) { return count == 1 || (count == sum.channels && axis == sum.axis); };
  if (!suits(scale.size()) || !suits(offset.size())) return false;
  scale_channels(node.draft(), sum, scale);
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

Result<void> gemm(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* weights, node.constant(1));
  TRY(const std::vector<float> values, node.reals(1));
  if (in->rank() != 2 || weights->extents.size() != 2) return unsupported("has inputs that are no matrices");
  Dense dense = dense_of(values, weights->extents, node.integer("transB", 0) != 0);
  for (float& weight : dense.weights) weight *= node.real("alpha", 1);
  OnnxValue turned{.extents = {}, .constant = {}};
  if (node.integer("transA", 0) != 0) {
    turned.extents = {in->extents[1], in->extents[0]};
    turned.plain = node.transposed(node.plain(*in), {1, 0});
    in = &turned;
  }
  std::vector<float> bias(dense.columns, 0.0f);
  const float beta = node.real("beta", 1);
  if (!node.has_input(2) || beta == 0) return multiply(node, *in, std::move(dense), bias);
  TRY(OnnxValue * offset, node.value(2));
  const uint64_t count = offset->constant ? offset->constant->count() : 0;
  const bool per_column = count == dense.columns && offset->extents.back() == count;
  if (count != 1 && !per_column) return multiply_and_add(node, *in, std::move(dense), *offset, beta);
  TRY(const std::vector<float> given, node.reals(2));
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = beta * given[given.size() == 1 ? 0 : i];
  return multiply(node, *in, std::move(dense), bias);
}

Result<void> matmul(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* by, node.constant(1));
  TRY(const std::vector<float> values, node.reals(1));
  if (in->rank() < 2 || by->extents.size() < 2) return unsupported("has an input that is no matrix");
  const size_t rank = by->extents.size();
  if (in->extents.back() != by->extents[rank - 2]) return unsupported("has matrices that do not fit each other");
  if (by->count() != uint64_t{by->extents[rank - 2]} * by->extents[rank - 1]) return multiply_each(node, *in, *by);
  if (rank > in->rank()) return unsupported("has a matrix of more dimensions than its input");
  Dense dense = dense_of(values, by->extents, false);
  const std::vector<float> none(dense.columns, 0.0f);
  return multiply(node, *in, std::move(dense), none);
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
