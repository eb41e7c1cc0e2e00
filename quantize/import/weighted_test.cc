// Weighted sums against real arithmetic: convolutions dilated and in groups, rows of a fully connected layer, transposed
// convolutions, weights of 4 bits.
#include <gmock/gmock.h>

#include <cmath>

#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::element;
using test::Places;
using test::some;
using test::some_int8;
using test::tensor_of;
using test::TfliteDraft;
using testing::HasSubstr;
using Dims = std::vector<int32_t>;

constexpr float kInputScale = 0.05f, kWeightScale = 0.02f, kOutputScale = 0.4f;
constexpr int32_t kInputZero = -7, kOutputZero = 11;
constexpr int8_t kInt4Type = 17;

// A weighted operator on one input, and what it makes of it.
struct WeightedDraft {
  TfliteDraft draft;
  Dims in, filter, out;
  std::vector<int8_t> x, weights;
  std::vector<int32_t> bias;
  int32_t input = 0, weights_tensor = 0, bias_tensor = 0, output = 0;

  WeightedDraft(Random& random, Dims from, Dims taps, Dims to, bool narrow = false)
      : in(std::move(from)), filter(std::move(taps)), out(std::move(to)) {
    x = some_int8(random, test::count(in));
    weights = some_int8(random, test::count(filter));
    for (int8_t& weight : weights) weight = narrow ? static_cast<int8_t>(weight >> 4) : weight;
    for (int32_t c = 0; c < out.back(); ++c) bias.push_back(some(random, -2000, 2000));
    input = draft.input(in, kInputScale, kInputZero);
    if (narrow) {
      std::vector<uint8_t> packed((weights.size() + 1) / 2);
      for (size_t i = 0; i < weights.size(); ++i)
        packed[i / 2] = static_cast<uint8_t>(packed[i / 2] | (static_cast<uint32_t>(weights[i]) & 15) << (i % 2 * 4));
      weights_tensor = draft.tensor(filter, kWeightScale, 0, kInt4Type, packed);
    } else {
      weights_tensor = draft.constant(filter, weights, kWeightScale, 0);
    }
    bias_tensor = draft.integers(bias);
    output = draft.output(out, kOutputScale, kOutputZero);
  }

  double real_x(const Places& at) const { return static_cast<double>(kInputScale) * (element(x, in, at) - kInputZero); }
  double real_weight(const Places& at) const { return static_cast<double>(kWeightScale) * element(weights, filter, at); }
  double real_bias(int32_t channel) const {
    return static_cast<double>(kInputScale) * static_cast<double>(kWeightScale) * bias[static_cast<size_t>(channel)];
  }

  template <typename Real>
  void expect(Real real) const {
    const std::vector<int8_t> result = draft.run(x);
    ASSERT_EQ(result.size(), static_cast<size_t>(test::count(out)));
    size_t i = 0;
    tensor_of(out, [&](const Places& at) {
      const double steps = (real(at) + real_bias(at.back())) / static_cast<double>(kOutputScale) + kOutputZero;
      EXPECT_NEAR(result[i++], std::clamp(steps, -128.0, 127.0), 0.77);
      return int8_t{0};
    });
  }
};

bool is_inside(int32_t y, int32_t x, const Dims& image) { return y >= 0 && x >= 0 && y < image[1] && x < image[2]; }

TEST(Weighted, ConvolutionsAreDilatedAndInGroups) {
  Random random(1);
  for (int i = 0; i < 150; ++i) {
    const int32_t groups = some(random, 1, 3), share = some(random, 1, 3), filters = some(random, 1, 3);
    tflite::Conv2DOptionsT options;
    options.padding = 1;
    options.stride_h = some(random, 1, 2), options.stride_w = some(random, 1, 2);
    options.dilation_h_factor = some(random, 1, 3), options.dilation_w_factor = some(random, 1, 3);
    const int32_t h = some(random, 1, 3), w = some(random, 1, 3);
    const int32_t tall = (h - 1) * options.dilation_h_factor + 1, wide = (w - 1) * options.dilation_w_factor + 1;
    const Dims in = {1, tall + some(random, 0, 5), wide + some(random, 0, 5), groups * share};
    const Dims out = {1, (in[1] - tall) / options.stride_h + 1, (in[2] - wide) / options.stride_w + 1, groups * filters};
    WeightedDraft one(random, in, {groups * filters, h, w, share}, out, i % 3 == 0);
    one.draft.node_with(3, {one.input, one.weights_tensor, one.bias_tensor}, {one.output}, options);
    one.expect([&](const Places& at) {
      double sum = 0;
      for (int32_t row = 0; row < h; ++row)
        for (int32_t column = 0; column < w; ++column)
          for (int32_t c = 0; c < share; ++c)
            sum += one.real_weight({at[3], row, column, c}) *
                   one.real_x({0, at[1] * options.stride_h + row * options.dilation_h_factor,
                               at[2] * options.stride_w + column * options.dilation_w_factor, at[3] / filters * share + c});
      return sum;
    });
  }
}

TEST(Weighted, SamePaddingKnowsHowFarADilatedFilterReaches) {
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    tflite::DepthwiseConv2DOptionsT options;
    options.padding = 0;
    options.stride_h = options.stride_w = 1;
    options.dilation_h_factor = some(random, 1, 3), options.dilation_w_factor = some(random, 1, 3);
    const int32_t h = some(random, 1, 3), w = some(random, 1, 3), channels = some(random, 1, 4);
    const Dims in = {1, some(random, 1, 6), some(random, 1, 6), channels};
    WeightedDraft one(random, in, {1, h, w, channels}, in, i % 3 == 0);
    one.draft.node_with(4, {one.input, one.weights_tensor, one.bias_tensor}, {one.output}, options);
    one.expect([&](const Places& at) {
      double sum = 0;
      for (int32_t row = 0; row < h; ++row)
        for (int32_t column = 0; column < w; ++column) {
          const int32_t y = at[1] + row * options.dilation_h_factor - (h - 1) * options.dilation_h_factor / 2;
          const int32_t x = at[2] + column * options.dilation_w_factor - (w - 1) * options.dilation_w_factor / 2;
          if (is_inside(y, x, in)) sum += one.real_weight({0, row, column, at[3]}) * one.real_x({0, y, x, at[3]});
        }
      return sum;
    });
  }
}

// [n, inputs], an image that is read flat, an image whose channels are the inputs.
TEST(Weighted, AFullyConnectedLayerHasRows) {
  Random random(3);
  const std::vector<std::pair<Dims, Dims>> shapes = {
      {{1, 7}, {1, 4}}, {{3, 7}, {3, 4}}, {{1, 2, 3, 7}, {1, 2, 3, 4}}, {{2, 2, 1, 7}, {4, 4}}, {{1, 2, 1, 7}, {1, 4}}};
  for (size_t i = 0; i < 2 * shapes.size(); ++i) {
    const auto& [in, out] = shapes[i / 2];
    const int32_t inputs = test::count(in) / (test::count(out) / 4);
    WeightedDraft one(random, in, {4, inputs}, out, i % 2 == 1);
    one.draft.node_with(9, {one.input, one.weights_tensor, one.bias_tensor}, {one.output}, tflite::FullyConnectedOptionsT());
    const Dims flat = {test::count(in) / inputs, inputs};
    const WeightedDraft& as = one;
    int32_t row = -1;
    one.expect([&](const Places& at) {
      row += at.back() == 0 ? 1 : 0;
      double sum = 0;
      for (int32_t k = 0; k < inputs; ++k)
        sum += as.real_weight({at.back(), k}) * static_cast<double>(kInputScale) * (element(as.x, flat, {row, k}) - kInputZero);
      return sum;
    });
  }
}

TEST(Weighted, ATransposedConvolutionAddsItsFilterAtEachPlace) {
  Random random(4);
  for (int i = 0; i < 60; ++i) {
    tflite::TransposeConvOptionsT options;
    const bool same = i % 2 == 0;
    options.padding = same ? 0 : 1;
    options.stride_h = some(random, 1, 3), options.stride_w = some(random, 1, 3);
    const int32_t h = some(random, 1, 4), w = some(random, 1, 4);
    const Dims in = {1, some(random, 1, 4), some(random, 1, 4), some(random, 1, 3)};
    const auto extent = [&](int32_t from, int32_t taps, int32_t stride) {
      return same ? from * stride : (from - 1) * stride + std::max(taps, stride);
    };
    const Dims out = {1, extent(in[1], h, options.stride_h), extent(in[2], w, options.stride_w), some(random, 1, 3)};
    WeightedDraft one(random, in, {out[3], h, w, in[3]}, out);
    const int32_t shape = one.draft.integers(out);
    one.draft.node_with(67, {shape, one.weights_tensor, one.input, one.bias_tensor}, {one.output}, options);
    const int32_t top = same ? std::max(h - options.stride_h, 0) / 2 : 0, left = same ? std::max(w - options.stride_w, 0) / 2 : 0;
    one.expect([&](const Places& at) {
      double sum = 0;
      for (int32_t y = 0; y < in[1]; ++y)
        for (int32_t x = 0; x < in[2]; ++x) {
          const int32_t row = at[1] + top - y * options.stride_h, column = at[2] + left - x * options.stride_w;
          if (row < 0 || row >= h || column < 0 || column >= w) continue;
          for (int32_t c = 0; c < in[3]; ++c) sum += one.real_weight({at[3], row, column, c}) * one.real_x({0, y, x, c});
        }
      return sum;
    });
  }
}

TEST(Weighted, RefusesWhatDoesNotFit) {
  Random random(5);
  WeightedDraft wide(random, {1, 7}, {4, 8}, {1, 4});
  wide.draft.node_with(9, {wide.input, wide.weights_tensor, wide.bias_tensor}, {wide.output}, tflite::FullyConnectedOptionsT());
  EXPECT_THAT(wide.draft.refusal(), HasSubstr("weights that do not fit its input"));
  tflite::Conv2DOptionsT still;
  still.stride_h = still.stride_w = 1;
  still.dilation_h_factor = 0;
  WeightedDraft conv(random, {1, 3, 3, 2}, {1, 1, 1, 2}, {1, 3, 3, 1});
  conv.draft.node_with(3, {conv.input, conv.weights_tensor, conv.bias_tensor}, {conv.output}, still);
  EXPECT_THAT(conv.draft.refusal(), HasSubstr("dilation of 0"));
}

}  // namespace
}  // namespace mote
