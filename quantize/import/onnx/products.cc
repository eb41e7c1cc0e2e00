// Gemm and MatMul: products of matrices.
#include <algorithm>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kAddTo = 0, kMulBy = 18, kFullyConnected = 9, kBatchMatmul = 126;
constexpr uint32_t kMostMatrices = 64;  // of a batch, each of which becomes a dense layer

// A row of `depth` numbers for each of `rows`, by the constant matrix `weights` [columns, depth].
struct Dense {
  uint32_t depth = 0, columns = 0;
  std::vector<float> weights;
  float factor = 1;  // that they are times those of the file
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
  hold_integers(node, sum, dense.factor);
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

// Two activations; the leading dimensions of one may repeat over the other's.
Result<void> multiply_activations(OnnxNode& node, OnnxValue& in) {
  TRY(OnnxValue * by, node.activation(1));
  const size_t left = in.rank(), right = by->rank();
  if (left < 2 || right < 2) return unsupported("has an input that is no matrix");
  if (in.extents[left - 1] != by->extents[right - 2]) return unsupported("has matrices that do not fit each other");
  const Extents first(in.extents.begin(), in.extents.end() - 2), second(by->extents.begin(), by->extents.end() - 2);
  TRY(Extents extents, broadcast(first, second));
  extents.push_back(in.extents[left - 2]);
  extents.push_back(by->extents[right - 1]);
  const int32_t a = node.plain(in), b = node.plain(*by);
  TRY(const int32_t result, node.give_tensor(extents, Order::plain));
  node.draft().node(kBatchMatmul, {a, b}, {result}, tflite::BatchMatMulOptionsT());
  return {};
}

}  // namespace

Result<void> gemm(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* weights, node.constant(1));
  TRY(const std::vector<float> values, node.reals(1));
  if (in->rank() != 2 || weights->extents.size() != 2) return unsupported("has inputs that are no matrices");
  Dense dense = dense_of(values, weights->extents, node.integer("transB", 0) != 0);
  dense.factor = node.real("alpha", 1);
  for (float& weight : dense.weights) weight *= dense.factor;
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
  if (!node.is_constant(1)) return multiply_activations(node, *in);
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

}  // namespace mote::from_onnx
