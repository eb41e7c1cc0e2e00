// Models of int16 activations and int8 weights: weighted sums exactly as TensorFlow Lite's kernels with an int64 bias scale them,
// the other operators against real arithmetic, and what is refused by name.
#include <gmock/gmock.h>

#include <cmath>

#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::element;
using test::kInt16Type;
using test::kInt64Type;
using test::Places;
using test::some;
using test::some_int8;
using test::tensor_of;
using test::TfliteDraft;
using testing::HasSubstr;
using Dims = std::vector<int32_t>;

constexpr float kFrom = 0.0004f, kWeight = 0.02f, kTo = 0.003f;

std::vector<int16_t> some_int16(Random& random, int32_t count) {
  const int32_t spread = 1 << some(random, 4, 15);
  std::vector<int16_t> values(static_cast<size_t>(count));
  for (int16_t& value : values) value = static_cast<int16_t>(some(random, -spread, spread - 1));
  return values;
}

// MultiplyByQuantizedMultiplier of an int64 and a real factor: 16 bits of the factor, halves upward.
int64_t scaled(int64_t sum, double factor) {
  int exponent = 0;
  const auto multiplier = static_cast<int64_t>(std::llround(std::frexp(factor, &exponent) * 2147483648.0));
  const int64_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  return (sum * reduced + (int64_t{1} << (14 - exponent))) >> (15 - exponent);
}

// A weighted operator on one int16 input: its bias of 64 bits, of 32, or none.
struct WideDraft {
  TfliteDraft draft;
  Dims in, filter, out;
  std::vector<int16_t> x;
  std::vector<int8_t> weights;
  std::vector<int64_t> bias;
  std::vector<int32_t> inputs;
  int32_t output = 0;

  WideDraft(Random& random, Dims from, Dims taps, Dims to) : in(std::move(from)), filter(std::move(taps)), out(std::move(to)) {
    x = some_int16(random, test::count(in));
    weights = some_int8(random, test::count(filter));
    bias.resize(static_cast<size_t>(out.back()));
    const int kind = some(random, 0, 2);
    for (int64_t& value : bias) value = kind == 0 ? 0 : some(random, -2000000, 2000000);
    inputs = {draft.wide_input(in, kFrom), draft.constant(filter, weights, kWeight, 0)};
    if (kind == 1) inputs.push_back(draft.constant_of(kInt64Type, {out.back()}, bias));
    if (kind == 2) inputs.push_back(draft.integers(std::vector<int32_t>(bias.begin(), bias.end())));
    output = draft.wide_output(out, kTo);
  }

  int64_t product(const Places& at, const Places& tap) const {
    return int64_t{element(x, in, at)} * element(weights, filter, tap);
  }

  template <typename Sum>
  void expect(Sum sum, bool relu, bool factor_in_float = false) const {
    const std::vector<int16_t> result = draft.run_as<int16_t>(x);
    ASSERT_EQ(result.size(), static_cast<size_t>(test::count(out)));
    const double product = factor_in_float ? static_cast<double>(kFrom * kWeight) : double{kFrom} * double{kWeight};
    size_t i = 0;
    tensor_of(out, [&](const Places& at) {
      const int64_t value = scaled(sum(at) + bias[static_cast<size_t>(at.back())], product / double{kTo});
      EXPECT_EQ(result[i++], std::clamp<int64_t>(value, relu ? 0 : -32768, 32767));
      return int8_t{0};
    });
  }
};

template <typename Options>
Options drawn_convolution(Random& random, bool relu) {
  Options options;
  options.padding = static_cast<decltype(options.padding)>(some(random, 0, 1));
  options.stride_h = some(random, 1, 2), options.stride_w = some(random, 1, 2);
  options.dilation_h_factor = options.dilation_w_factor = 1;
  options.fused_activation_function = static_cast<decltype(options.fused_activation_function)>(relu ? 1 : 0);
  return options;
}

// Of an axis: how many places, and the first sample of place 0.
std::pair<int32_t, int32_t> axis_of(int padding, int32_t input, int32_t filter, int32_t stride) {
  if (padding != 0) return {(input - filter) / stride + 1, 0};
  const int32_t places = (input + stride - 1) / stride;
  return {places, -std::max(0, (places - 1) * stride + filter - input) / 2};
}

TEST(Int16Import, ConvolutionsAreTensorFlowLites) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const bool relu = i % 3 == 0, deep = i % 2 == 0;
    const auto conv = drawn_convolution<tflite::Conv2DOptionsT>(random, relu);
    auto depthwise = drawn_convolution<tflite::DepthwiseConv2DOptionsT>(random, relu);
    depthwise.padding = conv.padding, depthwise.stride_h = conv.stride_h, depthwise.stride_w = conv.stride_w;
    const int32_t h = some(random, 1, 3), w = some(random, 1, 3), channels = some(random, 1, 4);
    const int32_t filters = deep ? some(random, 1, 5) : channels;
    const Dims in = {1, h + some(random, 0, 5), w + some(random, 0, 5), channels};
    const auto [rows, top] = axis_of(conv.padding, in[1], h, conv.stride_h);
    const auto [columns, left] = axis_of(conv.padding, in[2], w, conv.stride_w);
    WideDraft one(random, in, deep ? Dims{filters, h, w, channels} : Dims{1, h, w, channels}, {1, rows, columns, filters});
    if (deep)
      one.draft.node_with(3, one.inputs, {one.output}, conv);
    else
      one.draft.node_with(4, one.inputs, {one.output}, depthwise);
    const int32_t first_row = top, first_column = left;
    one.expect(
        [&](const Places& at) {
          int64_t sum = 0;
          for (int32_t row = 0; row < h; ++row)
            for (int32_t column = 0; column < w; ++column) {
              const int32_t y = at[1] * conv.stride_h + first_row + row, x = at[2] * conv.stride_w + first_column + column;
              if (y < 0 || x < 0 || y >= in[1] || x >= in[2]) continue;
              for (int32_t c = 0; deep && c < channels; ++c) sum += one.product({0, y, x, c}, {at[3], row, column, c});
              if (!deep) sum += one.product({0, y, x, at[3]}, {0, row, column, at[3]});
            }
          return sum;
        },
        relu);
  }
}

TEST(Int16Import, FullyConnectedLayersHaveAnyNumberOfRows) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const int32_t rows = some(random, 1, 3), inputs = some(random, 1, 300), outputs = some(random, 1, 5);
    WideDraft one(random, {rows, inputs}, {outputs, inputs}, {rows, outputs});
    one.draft.node_with(9, one.inputs, {one.output}, tflite::FullyConnectedOptionsT());
    one.expect(
        [&](const Places& at) {
          int64_t sum = 0;
          for (int32_t k = 0; k < inputs; ++k) sum += one.product({at[0], k}, {at[1], k});
          return sum;
        },
        false, true);
  }
}

double real(int32_t steps, float scale) { return static_cast<double>(scale) * steps; }

void expect_near(const std::vector<int16_t>& result, size_t i, double value, float scale, double tolerance = 0.77) {
  EXPECT_NEAR(result[i], std::clamp(value / static_cast<double>(scale), -32768.0, 32767.0), tolerance);
}

TEST(Int16Import, SumsAreOfValuesConstantsAndOneNumber) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    const Dims shape = {1, some(random, 1, 3), some(random, 1, 4), some(random, 1, 5)};
    const Dims other = i % 3 == 2 ? Dims{1} : i % 3 == 1 ? Dims{shape[3]} : shape;
    const std::vector<int16_t> x = some_int16(random, test::count(shape)), y = some_int16(random, test::count(other));
    TfliteDraft draft;
    const int32_t first = draft.wide_input(shape, 0.001f);
    const int32_t second = i % 3 == 0 ? draft.wide_input(other, 0.0007f) : draft.constant_of(kInt16Type, other, y, 0.0007f);
    tflite::AddOptionsT options;
    draft.node_with(0, i % 2 == 0 ? Dims{first, second} : Dims{second, first}, {draft.wide_output(shape, 0.002f)}, options);
    std::vector<int16_t> given = x;
    if (i % 3 == 0) given.insert(given.end(), y.begin(), y.end());
    const std::vector<int16_t> result = draft.run_as<int16_t>(given);
    ASSERT_EQ(result.size(), x.size());
    for (size_t k = 0; k < x.size(); ++k)
      expect_near(result, k, real(x[k], 0.001f) + real(y[k % y.size()], 0.0007f), 0.002f, 0.9);
  }
}

TEST(Int16Import, PoolsMeansAndSumsLeaveTheirNumbers) {
  Random random(4);
  for (int i = 0; i < 60; ++i) {
    const Dims shape = {1, 4, 6, some(random, 1, 5)};
    const std::vector<int16_t> x = some_int16(random, test::count(shape));
    TfliteDraft draft;
    const int32_t input = draft.wide_input(shape, kFrom);
    const Dims out = i % 4 < 2 ? Dims{1, 2, 3, shape[3]} : Dims{1, shape[3]};
    const int32_t output = draft.wide_output(out, kFrom);
    tflite::Pool2DOptionsT pool;
    pool.padding = 1, pool.stride_h = pool.stride_w = pool.filter_height = pool.filter_width = 2;
    if (i % 4 < 2)
      draft.node_with(i % 4 == 0 ? 1 : 17, {input}, {output}, pool);
    else
      draft.node(i % 4 == 2 ? 40 : 74, {input, draft.integers({1, 2})}, {output});
    const std::vector<int16_t> result = draft.run_as<int16_t>(x);
    ASSERT_EQ(result.size(), static_cast<size_t>(test::count(out)));
    size_t k = 0;
    tensor_of(out, [&](const Places& at) {
      const bool pools = i % 4 < 2;
      double sum = 0, most = -1e9;
      const int32_t rows = pools ? 2 : 4, columns = pools ? 2 : 6;
      for (int32_t row = 0; row < rows; ++row)
        for (int32_t column = 0; column < columns; ++column) {
          const double value =
              element(x, shape, {0, pools ? 2 * at[1] + row : row, pools ? 2 * at[2] + column : column, at.back()});
          sum += value, most = std::max(most, value);
        }
      const double wanted = i % 4 == 0 ? sum / 4 : i % 4 == 1 ? most : i % 4 == 2 ? sum / 24 : sum;
      expect_near(result, k++, wanted * static_cast<double>(kFrom), kFrom);
      return int8_t{0};
    });
  }
}

TEST(Int16Import, SoftmaxIsNearTheRealOneAndHasABeta) {
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    const Dims shape = {some(random, 1, 3), some(random, 1, 8)};
    const std::vector<int16_t> x = some_int16(random, test::count(shape));
    TfliteDraft draft;
    tflite::SoftmaxOptionsT options;
    options.beta = i % 2 == 0 ? 1.0f : 0.5f;
    draft.node_with(25, {draft.wide_input(shape, kFrom)}, {draft.wide_output(shape, 1.0f / 32768)}, options);
    const std::vector<int16_t> result = draft.run_as<int16_t>(x);
    ASSERT_EQ(result.size(), x.size());
    for (size_t k = 0; k < x.size(); ++k) {
      const size_t row = k / static_cast<size_t>(shape[1]) * static_cast<size_t>(shape[1]);
      double sum = 0;
      for (size_t c = row; c < row + static_cast<size_t>(shape[1]); ++c)
        sum += std::exp(static_cast<double>(options.beta) * real(x[c] - x[k], kFrom));
      expect_near(result, k, 1 / sum, 1.0f / 32768, 12);
    }
  }
}

TEST(Int16Import, QuantizesBetweenInt8AndInt16) {
  Random random(6);
  for (int i = 0; i < 30; ++i) {
    TfliteDraft down, across, up;
    const std::vector<int16_t> wide = some_int16(random, 20);
    const std::vector<int8_t> narrow = some_int8(random, 20);
    down.node(114, {down.wide_input({20}, kFrom)}, {down.output({20}, 0.05f, -3)});
    across.node(114, {across.wide_input({20}, kFrom)}, {across.wide_output({20}, 0.0011f)});
    up.node(114, {up.input({20}, 0.05f, -3)}, {up.wide_output({20}, kFrom)});
    const std::vector<int8_t> made = down.run_as<int8_t>(wide);
    const std::vector<int16_t> kept = across.run_as<int16_t>(wide), raised = up.run_as<int16_t>(narrow);
    ASSERT_EQ(made.size(), 20u);
    ASSERT_EQ(kept.size(), 20u);
    ASSERT_EQ(raised.size(), 20u);
    for (size_t k = 0; k < 20; ++k) {
      EXPECT_NEAR(made[k], std::clamp(real(wide[k], kFrom) / 0.05 - 3, -128.0, 127.0), 0.77);
      expect_near(kept, k, real(wide[k], kFrom), 0.0011f);
      expect_near(raised, k, real(narrow[k] + 3, 0.05f), kFrom);
    }
  }
}

// Elements move whatever they are.
TEST(Int16Import, MovesElements) {
  Random random(7);
  const std::vector<int16_t> x = some_int16(random, 6);
  TfliteDraft draft;
  const int32_t between = draft.tensor({3, 2}, kFrom, 0, kInt16Type);
  const int32_t input = draft.wide_input({2, 3}, kFrom);
  draft.node(39, {input, draft.integers({1, 0})}, {between});
  draft.node(34, {between, draft.integers({0, 0, 1, 0}, {2, 2})}, {draft.wide_output({3, 3}, kFrom)});
  EXPECT_EQ(draft.run_as<int16_t>(x), (std::vector<int16_t>{0, x[0], x[3], 0, x[1], x[4], 0, x[2], x[5]}));
}

// Nothing on int16 is packed, so a model for any machine gives the same bytes.
TEST(Int16Import, IsTheSameForEveryTarget) {
  Random random(8);
  WideDraft one(random, {1, 5, 6, 4}, {7, 3, 3, 4}, {1, 3, 4, 7});
  tflite::Conv2DOptionsT options;
  options.padding = 1, options.stride_h = options.stride_w = options.dilation_h_factor = options.dilation_w_factor = 1;
  one.draft.node_with(3, one.inputs, {one.output}, options);
  const ByteView given = bytes_of(std::span<const int16_t>(one.x));
  const Bytes expected =
      run_tensors(import_tflite(one.draft.bytes(), "draft").value(), "model", Bytes(given.begin(), given.end()), "x").value();
  for (uint32_t target = 0; target < kTargets; ++target) {
    const Result<Bytes> imported = import_tflite(one.draft.bytes(), "draft", {.target = static_cast<Target>(target)});
    ASSERT_TRUE(imported.ok()) << imported.error().line();
    EXPECT_EQ(run_tensors(*imported, "model", Bytes(given.begin(), given.end()), "x").value(), expected) << target;
  }
}

TEST(Int16Import, NamesWhatNoDeviceHasOnInt16) {
  TfliteDraft tanh, most, product;
  const int32_t angle = tanh.wide_input({4}, kFrom);
  tanh.node(28, {angle}, {tanh.wide_output({4}, 1.0f / 32768)});
  EXPECT_EQ(tanh.refusal(), "cannot be imported: operator 0 (TANH 't1') has an input that is not int8");
  const int32_t from = most.wide_input({1, 4}, kFrom), axis = most.integers({1});
  most.node(82, {from, axis}, {most.wide_output({1, 1}, kFrom)});
  EXPECT_EQ(most.refusal(),
            "cannot be imported: operator 0 (REDUCE_MAX 't2') has an input of int16, on which no device has reduce_max");
  const int32_t x = product.wide_input({4}, kFrom), y = product.wide_input({4}, kFrom);
  product.node_with(18, {x, y}, {product.wide_output({4}, kFrom)}, tflite::MulOptionsT());
  EXPECT_EQ(product.refusal(), "cannot be imported: operator 0 (MUL 't2') has an input of int16, on which no device has mul");
}

TEST(Int16Import, RefusesWhatDoesNotFit) {
  const auto dense = [](int8_t weight_type, int64_t bias, const std::function<int32_t(TfliteDraft&)>& output) {
    TfliteDraft draft;
    const int32_t input = draft.wide_input({1, 2}, kFrom);
    const int32_t weights =
        draft.tensor({1, 2}, kWeight, 0, weight_type, weight_type == 17 ? std::vector<uint8_t>{1} : std::vector<uint8_t>{1, 2});
    const int32_t added = draft.constant_of(kInt64Type, {1}, std::vector<int64_t>{bias});
    draft.node_with(9, {input, weights, added}, {output(draft)}, tflite::FullyConnectedOptionsT());
    return draft.refusal();
  };
  const auto wide = [](TfliteDraft& draft) { return draft.wide_output({1, 1}, kTo); };
  EXPECT_EQ(dense(test::kInt8Type, INT32_MAX, wide), "");
  EXPECT_THAT(dense(test::kInt8Type, int64_t{INT32_MAX} + 1, wide), HasSubstr("has a constant beyond 32 bits"));
  EXPECT_THAT(dense(17, 0, wide), HasSubstr("has weights that are not int8, on int16"));
  EXPECT_THAT(dense(test::kInt8Type, 0,
                    [](TfliteDraft& draft) {
                      return draft.output({1, 1});
                    }),
              HasSubstr("has an output of another type than its input"));
  TfliteDraft bare, narrow, shifted;
  const int32_t without = bare.wide_input({4}, kFrom);
  bare.graph().tensors[static_cast<size_t>(without)]->quantization = nullptr;
  bare.node(114, {without}, {bare.output({4})});
  EXPECT_THAT(bare.refusal(), HasSubstr("without a scale and zero point of its own"));
  const int32_t input = narrow.input({1, 2});
  narrow.node_with(9,
                   {input, narrow.constant({1, 2}, {1, 2}, 1, 0), narrow.constant_of(kInt64Type, {1}, std::vector<int64_t>{1})},
                   {narrow.output({1, 1})}, tflite::FullyConnectedOptionsT());
  EXPECT_THAT(narrow.refusal(), HasSubstr("has a bias that is not int32"));
  shifted.graph().inputs = {shifted.tensor({4}, kFrom, 5, kInt16Type)};
  shifted.node(114, {shifted.graph().inputs[0]}, {shifted.output({4})});
  EXPECT_THAT(shifted.refusal(), HasSubstr("has a zero point that is not 0"));
  TfliteDraft softmax;
  const int32_t scores = softmax.wide_input({4}, kFrom);
  softmax.node_with(25, {scores}, {softmax.wide_output({4}, kFrom)}, tflite::SoftmaxOptionsT());
  EXPECT_THAT(softmax.refusal(), HasSubstr("(SOFTMAX 't1') has an output whose scale is not 1/32768"));
}

}  // namespace
}  // namespace mote
