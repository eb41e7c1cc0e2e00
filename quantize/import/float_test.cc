// Float models: each operator against its definition in float, and int8 against float.
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <numeric>

#include "quantize/calibrate/affine.h"
#include "quantize/compile.h"
#include "quantize/import/tflite.h"
#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::TfliteDraft;
using testing::HasSubstr;
using Dims = std::vector<int32_t>;
using Reals = std::vector<double>;

// What every case here takes: an image of 4 x 5 places and 3 channels.
const Dims kIn = {1, 4, 5, 3};
constexpr int32_t kHeight = 4, kWidth = 5, kPictureChannels = 3, kElements = 60;

// Adds nodes that make an output of `in` (image), and says what it is of the input's elements.
struct FloatCase {
  const char* name;
  std::function<std::function<Reals(const Reals&)>(TfliteDraft&, int32_t in)> build;
  double least_sqnr = 30;
};

double at(const Reals& image, int32_t y, int32_t x, int32_t c) {
  return image[static_cast<size_t>((y * kWidth + x) * kPictureChannels + c)];
}

Reals of_each(const Reals& x, const std::function<double(double)>& function) {
  Reals y;
  for (const double element : x) y.push_back(function(element));
  return y;
}

FloatCase unary(const char* name, int code, std::function<double(double)> function, double low = -1e9) {
  return {name, [=](TfliteDraft& draft, int32_t in) {
            int32_t x = in;
            if (low > -1e9) {  // only where it is defined: of |x| + low
              const int32_t magnitude = draft.between(kIn), moved = draft.between(kIn);
              draft.node(101, {in}, {magnitude});
              draft.node_with(0, {magnitude, draft.floats({static_cast<float>(low)}, {})}, {moved}, tflite::AddOptionsT());
              x = moved;
            }
            draft.node(code, {x}, {draft.float_output(kIn)});
            return [=](const Reals& given) {
              return of_each(given, [&](double element) { return function(low > -1e9 ? std::fabs(element) + low : element); });
            };
          }};
}

enum class Other { scalar, row, activation, row_of_activation };

FloatCase pair(const char* name, int code, Other other, bool constant_first, std::function<double(double, double)> function) {
  return {name,
          [=](TfliteDraft& draft, int32_t in) {
            const std::vector<float> row = {0.75f, -1.5f, 2.25f};
            int32_t second = -1;
            if (other == Other::scalar) second = draft.floats({row[2]}, {});
            if (other == Other::row) second = draft.floats(row, {3});
            if (other == Other::activation) draft.node(28, {in}, {second = draft.between(kIn)});
            if (other == Other::row_of_activation) {
              second = draft.between({1, 1, 1, kPictureChannels});
              draft.node(82, {in, draft.integers({1, 2})}, {second});
            }
            const Dims inputs = constant_first ? Dims{second, in} : Dims{in, second};
            draft.node_with(code, inputs, {draft.float_output(kIn)}, tflite::AddOptionsT());
            return [=](const Reals& x) {
              Reals y;
              for (int32_t i = 0; i < kElements; ++i) {
                const double a = x[static_cast<size_t>(i)];
                double b = static_cast<double>(row[other == Other::scalar ? 2 : static_cast<size_t>(i % kPictureChannels)]);
                if (other == Other::activation) b = std::tanh(a);
                if (other == Other::row_of_activation) {
                  b = -1e9;
                  for (int32_t k = i % kPictureChannels; k < kElements; k += kPictureChannels)
                    b = std::max(b, x[static_cast<size_t>(k)]);
                }
                y.push_back(constant_first ? function(b, a) : function(a, b));
              }
              return y;
            };
          },
          26};
}

FloatCase along(const char* name, int code, Dims axes, const Dims& out, std::function<double(const Reals&)> function) {
  return {name, [=](TfliteDraft& draft, int32_t in) {
            draft.node(code, {in, draft.integers(axes)}, {draft.float_output(out)});
            return [=](const Reals& x) {
              const auto taken = [&](int32_t k) { return std::find(axes.begin(), axes.end(), k) != axes.end(); };
              std::map<Dims, Reals> lines;  // by what stays of the place
              for (int32_t i = 0; i < kElements; ++i) {
                Dims place = {i / kPictureChannels / kWidth, i / kPictureChannels % kWidth, i % kPictureChannels};
                for (int32_t k = 0; k < 3; ++k)
                  if (taken(k + 1)) place[static_cast<size_t>(k)] = 0;
                lines[place].push_back(x[static_cast<size_t>(i)]);
              }
              Reals y;
              for (const auto& [place, line] : lines) y.push_back(function(line));
              return y;
            };
          }};
}

std::vector<float> some_floats(int32_t count, uint64_t seed, double spread) {
  Random random(seed);
  std::vector<float> values;
  for (int32_t i = 0; i < count; ++i) values.push_back(static_cast<float>(random.uniform(-spread, spread)));
  return values;
}

// A convolution with padding "same" of 3 x 3 taps, by its definition.
FloatCase convolution(const char* name, bool depthwise, int32_t stride, int32_t dilation) {
  const int32_t out = depthwise ? 2 * kPictureChannels : 4, height = (kHeight + stride - 1) / stride,
                width = (kWidth + stride - 1) / stride;
  return {name, [=](TfliteDraft& draft, int32_t in) {
            const int32_t inner = depthwise ? 1 : kPictureChannels;
            const auto weights = some_floats(out * 9 * inner, 7, 0.5), bias = some_floats(out, 8, 1);
            const int32_t filter = draft.floats(weights, depthwise ? Dims{1, 3, 3, out} : Dims{out, 3, 3, inner});
            const Dims inputs = {in, filter, draft.floats(bias, {out})}, outputs = {draft.float_output({1, height, width, out})};
            const auto with = [&](auto options) {
              options.stride_h = options.stride_w = stride;
              options.dilation_h_factor = options.dilation_w_factor = dilation;
              options.fused_activation_function = 1;
              draft.node_with(depthwise ? 4 : 3, inputs, outputs, options);
            };
            depthwise ? with(tflite::DepthwiseConv2DOptionsT()) : with(tflite::Conv2DOptionsT());
            const auto before = [=](int32_t extent, int32_t places) {
              return std::max(0, (places - 1) * stride + 2 * dilation + 1 - extent) / 2;
            };
            const int32_t top = before(kHeight, height), left = before(kWidth, width);
            return [=](const Reals& x) {
              Reals y;
              for (int32_t row = 0; row < height; ++row)
                for (int32_t column = 0; column < width; ++column)
                  for (int32_t o = 0; o < out; ++o) {
                    double sum = static_cast<double>(bias[static_cast<size_t>(o)]);
                    for (int32_t tap = 0; tap < 9; ++tap)
                      for (int32_t i = 0; i < inner; ++i) {
                        const int32_t h = row * stride - top + tap / 3 * dilation,
                                      w = column * stride - left + tap % 3 * dilation;
                        if (h < 0 || h >= kHeight || w < 0 || w >= kWidth) continue;
                        const int32_t weight = depthwise ? tap * out + o : (o * 9 + tap) * inner + i;
                        sum += at(x, h, w, depthwise ? o / 2 : i) * static_cast<double>(weights[static_cast<size_t>(weight)]);
                      }
                    y.push_back(std::max(sum, 0.0));
                  }
              return y;
            };
          }};
}

// Each row of 3 channels times a matrix that lies in the file in one way or another.
FloatCase rows_by_matrix(const char* name, std::function<int32_t(TfliteDraft&, const std::vector<float>&)> matrix) {
  return {name, [=](TfliteDraft& draft, int32_t in) {
            const std::vector<float> weights = {0.5f, -0.25f, 1, 2, 0, -1.5f};  // exact in any of them
            tflite::FullyConnectedOptionsT options;
            draft.node_with(9, {in, matrix(draft, weights), -1}, {draft.float_output({1, kHeight, kWidth, 2})}, options);
            return [=](const Reals& x) {
              Reals y;
              for (size_t row = 0; row < kElements / 3; ++row)
                for (size_t o = 0; o < 2; ++o) {
                  double sum = 0;
                  for (size_t i = 0; i < 3; ++i) sum += x[row * 3 + i] * static_cast<double>(weights[o * 3 + i]);
                  y.push_back(sum);
                }
              return y;
            };
          }};
}

std::vector<FloatCase> float_cases() {
  std::vector<FloatCase> cases = {
      unary("Relu", 19, [](double x) { return std::max(x, 0.0); }),
      unary("ReluN1To1", 20, [](double x) { return std::clamp(x, -1.0, 1.0); }),
      unary("Relu6", 21, [](double x) { return std::clamp(x, 0.0, 6.0); }),
      unary("Logistic", 14, [](double x) { return 1 / (1 + std::exp(-x)); }),
      unary("Tanh", 28, [](double x) { return std::tanh(x); }),
      unary("HardSwish", 117, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }),
      unary("Elu", 111, [](double x) { return x < 0 ? std::exp(x) - 1 : x; }),
      unary("Abs", 101, [](double x) { return std::fabs(x); }),
      unary("Neg", 59, [](double x) { return -x; }),
      unary("Exp", 47, [](double x) { return std::exp(x); }),
      unary("Square", 92, [](double x) { return x * x; }),
      unary("Sin", 66, [](double x) { return std::sin(x); }),
      unary("Cos", 108, [](double x) { return std::cos(x); }),
      unary(
          "Log", 73, [](double x) { return std::log(x); }, 0.5),
      unary(
          "Sqrt", 75, [](double x) { return std::sqrt(x); }, 0.25),
      unary(
          "Rsqrt", 76, [](double x) { return 1 / std::sqrt(x); }, 0.25),

      pair("AddScalar", 0, Other::scalar, false, [](double a, double b) { return a + b; }),
      pair("AddRow", 0, Other::row, false, [](double a, double b) { return a + b; }),
      pair("AddActivation", 0, Other::activation, false, [](double a, double b) { return a + b; }),
      pair("SubRow", 41, Other::row, false, [](double a, double b) { return a - b; }),
      pair("SubFromScalar", 41, Other::scalar, true, [](double a, double b) { return a - b; }),
      pair("SubFromRow", 41, Other::row, true, [](double a, double b) { return a - b; }),
      pair("SubRowOfActivation", 41, Other::row_of_activation, false, [](double a, double b) { return a - b; }),
      pair("MulScalar", 18, Other::scalar, false, [](double a, double b) { return a * b; }),
      pair("MulRow", 18, Other::row, true, [](double a, double b) { return a * b; }),
      pair("MulActivation", 18, Other::activation, false, [](double a, double b) { return a * b; }),
      pair("DivScalar", 42, Other::scalar, false, [](double a, double b) { return a / b; }),
      pair("DivRow", 42, Other::row, false, [](double a, double b) { return a / b; }),
      pair("MinimumRow", 57, Other::row, false, [](double a, double b) { return std::min(a, b); }),
      pair("MinimumActivation", 57, Other::activation, false, [](double a, double b) { return std::min(a, b); }),
      pair("MaximumScalar", 55, Other::scalar, false, [](double a, double b) { return std::max(a, b); }),
      pair("MaximumRowOfActivation", 55, Other::row_of_activation, true, [](double a, double b) { return std::max(a, b); }),
      pair("SquaredDifference", 99, Other::row, false, [](double a, double b) { return (a - b) * (a - b); }),

      along("MeanOfImages", 40, {1, 2}, {1, kPictureChannels},
            [](const Reals& line) { return std::accumulate(line.begin(), line.end(), 0.0) / static_cast<double>(line.size()); }),
      along("MeanOfChannels", 40, {3}, {1, kHeight, kWidth},
            [](const Reals& line) { return std::accumulate(line.begin(), line.end(), 0.0) / static_cast<double>(line.size()); }),
      along("SumOfRowsAndChannels", 74, {1, 3}, {1, kWidth},
            [](const Reals& line) { return std::accumulate(line.begin(), line.end(), 0.0); }),
      along("ReduceMax", 82, {2}, {1, kHeight, kPictureChannels},
            [](const Reals& line) { return *std::max_element(line.begin(), line.end()); }),
      along("ReduceMin", 89, {1, 2}, {1, 1, 1, kPictureChannels},
            [](const Reals& line) { return *std::min_element(line.begin(), line.end()); }),

      convolution("Conv", false, 1, 1),
      convolution("ConvOfStride2", false, 2, 1),
      convolution("ConvDilated", false, 1, 2),
      convolution("Depthwise", true, 1, 1),
      convolution("DepthwiseDilated", true, 1, 2),

      rows_by_matrix("FullyConnectedRows",
                     [](TfliteDraft& draft, const std::vector<float>& m) {
                       return draft.floats(m, {2, 3});
                     }),
      rows_by_matrix("WeightsOfInt8",
                     [](TfliteDraft& draft, const std::vector<float>& m) {
                       std::vector<int8_t> integers;
                       for (size_t i = 0; i < m.size(); ++i)
                         integers.push_back(static_cast<int8_t>(m[i] / (i < 3 ? 0.25f : 0.5f)));
                       const int32_t id = draft.constant({2, 3}, integers);
                       draft.graph().tensors.back()->quantization->scale = {0.25f, 0.5f};
                       draft.graph().tensors.back()->quantization->zero_point = {0, 0};
                       return id;
                     }),
      rows_by_matrix("WeightsOfFloat16",
                     [](TfliteDraft& draft, const std::vector<float>&) {
                       const std::vector<uint16_t> halves = {0x3800, 0xb400, 0x3c00, 0x4000, 0, 0xbe00};
                       std::vector<uint8_t> bytes(12);
                       std::memcpy(bytes.data(), halves.data(), 12);
                       const int32_t half = draft.tensor({2, 3}, 1, 0, test::kFloat16Type, bytes), whole = draft.between({2, 3});
                       draft.node(6, {half}, {whole});
                       return whole;
                     }),
  };
  cases.push_back({"LeakyRelu", [](TfliteDraft& draft, int32_t in) {
                     tflite::LeakyReluOptionsT options;
                     options.alpha = 0.125f;
                     draft.node_with(98, {in}, {draft.float_output(kIn)}, options);
                     return [](const Reals& x) { return of_each(x, [](double e) { return e < 0 ? e / 8 : e; }); };
                   }});
  cases.push_back({"Gelu", [](TfliteDraft& draft, int32_t in) {
                     draft.node_with(150, {in}, {draft.float_output(kIn)}, tflite::GeluOptionsT());
                     return [](const Reals& x) {
                       return of_each(x, [](double e) { return e / 2 * (1 + std::erf(e / std::sqrt(2.0))); });
                     };
                   }});
  cases.push_back({"Prelu", [](TfliteDraft& draft, int32_t in) {
                     draft.node(54, {in, draft.floats({0.5f, -0.25f, 0.125f}, {1, 1, 3})}, {draft.float_output(kIn)});
                     return [](const Reals& x) {
                       Reals y = x;
                       const double slopes[] = {0.5, -0.25, 0.125};
                       for (size_t i = 0; i < y.size(); ++i) y[i] *= y[i] < 0 ? slopes[i % 3] : 1;
                       return y;
                     };
                   }});
  cases.push_back({"SoftmaxWithBeta", [](TfliteDraft& draft, int32_t in) {
                     tflite::SoftmaxOptionsT options;
                     options.beta = 0.5f;
                     draft.node_with(25, {in}, {draft.float_output(kIn)}, options);
                     return [](const Reals& x) {
                       Reals y = of_each(x, [](double e) { return std::exp(e / 2); });
                       for (size_t i = 0; i < y.size(); i += 3) {
                         const double sum = y[i] + y[i + 1] + y[i + 2];
                         for (size_t k = i; k < i + 3; ++k) y[k] /= sum;
                       }
                       return y;
                     };
                   }});
  // Parts of different scales, one of them read elsewhere too, and a constant.
  cases.push_back({"Concatenation", [](TfliteDraft& draft, int32_t in) {
                     const int32_t curve = draft.between(kIn), joined = draft.between({1, 4, 5, 9}), product = draft.between(kIn);
                     draft.node(14, {in}, {curve});
                     tflite::ConcatenationOptionsT options;
                     options.axis = 3;
                     draft.node_with(18, {in, curve}, {product}, tflite::MulOptionsT());
                     draft.node_with(2, {curve, product, draft.floats(std::vector<float>(60, -0.5f), kIn)}, {joined}, options);
                     draft.node(39, {joined, draft.integers({0, 2, 1, 3})}, {draft.float_output({1, 5, 4, 9})});
                     return [](const Reals& x) {
                       Reals y;
                       for (int32_t w = 0; w < kWidth; ++w)
                         for (int32_t h = 0; h < kHeight; ++h)
                           for (int32_t c = 0; c < 9; ++c) {
                             const double e = at(x, h, w, c % 3), logistic = 1 / (1 + std::exp(-e));
                             y.push_back(c < 3 ? logistic : c < 6 ? e * logistic : -0.5);
                           }
                       return y;
                     };
                   }});
  cases.push_back({"PadV2", [](TfliteDraft& draft, int32_t in) {
                     draft.node(60, {in, draft.integers({0, 0, 1, 0, 0, 2, 0, 0}, {4, 2}), draft.floats({5}, {})},
                                {draft.float_output({1, 5, 7, 3})});
                     return [](const Reals& x) {
                       Reals y;
                       for (int32_t h = 0; h < 5; ++h)
                         for (int32_t w = 0; w < 7; ++w)
                           for (int32_t c = 0; c < 3; ++c) y.push_back(h == 0 || w >= kWidth ? 5 : at(x, h - 1, w, c));
                       return y;
                     };
                   }});
  // What is padded with the lowest number there is does not stretch the range: nothing folds it, since it is wider than the
  // filter.
  cases.push_back(
      {"PoolOfTheLowest", [](TfliteDraft& draft, int32_t in) {
         const int32_t padded = draft.between({1, 4, 9, 3});
         draft.node(60, {in, draft.integers({0, 0, 0, 0, 0, 4, 0, 0}, {4, 2}), draft.floats({-INFINITY}, {})}, {padded});
         tflite::Pool2DOptionsT pool;
         pool.padding = 1, pool.stride_h = pool.stride_w = pool.filter_height = pool.filter_width = 2;
         const int32_t pooled = draft.between({1, 2, 4, 3});
         draft.node_with(17, {padded}, {pooled}, pool);
         draft.node_with(45, {pooled, draft.integers({0, 0, 0, 0}), draft.integers({1, 2, 2, 3}), draft.integers({1, 1, 1, 1})},
                         {draft.float_output({1, 2, 2, 3})}, tflite::StridedSliceOptionsT());
         return [](const Reals& x) {
           Reals y;
           for (int32_t h = 0; h < 2; ++h)
             for (int32_t w = 0; w < 2; ++w)
               for (int32_t c = 0; c < 3; ++c)
                 y.push_back(std::max({at(x, 2 * h, 2 * w, c), at(x, 2 * h, 2 * w + 1, c), at(x, 2 * h + 1, 2 * w, c),
                                       at(x, 2 * h + 1, 2 * w + 1, c)}));
           return y;
         };
       }});
  // A reshape whose target is worked out by operators that no device needs.
  cases.push_back({"ReshapeWithItsShapeWorkedOut", [](TfliteDraft& draft, int32_t in) {
                     const int32_t shape = draft.tensor({4}, 1, 0, test::kInt32Type);
                     draft.node(77, {in}, {shape});
                     const int32_t rows = draft.between({1, 20, 3});
                     draft.node(22, {in, shape}, {rows});
                     draft.node_with(36, {rows, draft.integers({19, 0})}, {draft.float_output({1, 2, 3})}, [] {
                       tflite::GatherOptionsT options;
                       options.axis = 1;
                       return options;
                     }());
                     return [](const Reals& x) { return Reals{x[57], x[58], x[59], x[0], x[1], x[2]}; };
                   }});
  return cases;
}

std::vector<float> some_image(Random& random) {
  std::vector<float> image;
  for (int32_t i = 0; i < kElements; ++i) image.push_back(static_cast<float>(random.uniform(-3, 4)));
  return image;
}

class FloatModels : public testing::TestWithParam<FloatCase> {};

TEST_P(FloatModels, ComputeTheirDefinitionAndStayCloseToItInInt8) {
  TfliteDraft draft;
  const auto definition = GetParam().build(draft, draft.float_input(kIn));
  const Bytes bytes = draft.bytes();
  const auto graph = read_float_tflite(bytes, "draft");
  ASSERT_TRUE(graph.ok()) << graph.error().line();

  Random random(3);
  TensorFile data{.values = {}, .rows = 0, .where = "data"};
  for (int i = 0; i < 400; ++i)
    for (const float value : some_image(random)) data.values.push_back(value);
  NoProgress progress;
  const auto compiled = import_float_tflite(bytes, "draft", data, {}, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  auto model = LoadedModel::open(compiled->model, "model");
  ASSERT_TRUE(model.ok()) << model.error().line();
  EXPECT_TRUE(model->self_test_passes());
  const mote_tensor in = model->input(), out = model->output();

  double signal = 0, noise = 0;
  for (int i = 0; i < 20; ++i) {
    const std::vector<float> x = some_image(random);
    const Reals expected = definition(Reals(x.begin(), x.end()));
    const std::vector<float> floats = execute(*graph, x);
    ASSERT_EQ(floats.size(), expected.size());
    for (size_t k = 0; k < floats.size(); ++k) ASSERT_NEAR(floats[k], expected[k], 1e-5 * (1 + std::fabs(expected[k]))) << k;
    std::vector<int8_t> quanta(x.size()), result(expected.size());
    for (size_t k = 0; k < x.size(); ++k)
      quanta[k] = static_cast<int8_t>(quantize_value(static_cast<double>(x[k]), {in.scale, in.zero_point}));
    model->run(quanta, result);
    for (size_t k = 0; k < result.size(); ++k) {
      const double real = static_cast<double>(out.scale) * (result[k] - out.zero_point);
      signal += expected[k] * expected[k];
      noise += (real - expected[k]) * (real - expected[k]);
    }
  }
  EXPECT_GT(10 * std::log10(signal / noise), GetParam().least_sqnr);
  EXPECT_GT(compiled->layers.back().sqnr_db, GetParam().least_sqnr);
}

INSTANTIATE_TEST_SUITE_P(Every, FloatModels, testing::ValuesIn(float_cases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FloatModel, WithoutDataIsRefusedAndSoIsAnInt8ModelWithThem) {
  TfliteDraft draft;
  draft.node(14, {draft.float_input(kIn)}, {draft.float_output(kIn)});
  const auto plain = import_tflite(draft.bytes(), "f.tflite");
  ASSERT_FALSE(plain.ok());
  EXPECT_THAT(plain.error().line(), HasSubstr("f.tflite: is a float model"));
  EXPECT_THAT(plain.error().line(), HasSubstr("--calibrate"));

  TfliteDraft integers;
  integers.node(19, {integers.input(kIn)}, {integers.output(kIn)});
  NoProgress progress;
  const TensorFile data{.values = std::vector<float>(kElements), .rows = 0, .where = "data"};
  EXPECT_THAT(import_float_tflite(integers.bytes(), "i.tflite", data, {}, progress).error().line(),
              HasSubstr("i.tflite: is no float model"));
}

TEST(FloatModel, NamesAllThatItCannotTakeAndDataThatDoNotFit) {
  TfliteDraft draft;
  const int32_t in = draft.float_input(kIn);
  draft.node(27, {in}, {draft.float_output(kIn)});
  draft.node(23, {in}, {draft.float_output(kIn)});
  draft.node(42, {in, in}, {draft.float_output(kIn)});
  NoProgress progress;
  TensorFile data{.values = std::vector<float>(kElements), .rows = 0, .where = "data"};
  const std::string what = import_float_tflite(draft.bytes(), "f", data, {}, progress).error().what;
  EXPECT_THAT(what, HasSubstr("operator 0 (SVDF 't1') is not supported in a float model"));
  EXPECT_THAT(what, HasSubstr("operator 1 (RESIZE_BILINEAR"));
  EXPECT_THAT(what, HasSubstr("operator 2 (DIV"));

  TfliteDraft log;
  const int32_t result = log.float_output(kIn);
  log.node(73, {log.float_input(kIn)}, {result});
  const auto of_zero = import_float_tflite(log.bytes(), "f", data, {}, progress);
  ASSERT_FALSE(of_zero.ok());
  EXPECT_THAT(of_zero.error().what, HasSubstr(", log 't0': its outputs are not finite for some of the data"));
  data.values.pop_back();
  EXPECT_THAT(import_float_tflite(log.bytes(), "f", data, {}, progress).error().line(),
              HasSubstr("data: the model takes 60 numbers"));
}

TEST(FloatModel, TakesSeveralInputsAndGivesSeveralOutputs) {
  TfliteDraft draft;
  const int32_t a = draft.float_input({1, 4}), b = draft.float_input({1, 2, 4}), sum = draft.float_output({1, 2, 4});
  draft.node_with(0, {b, a}, {sum}, tflite::AddOptionsT());
  draft.node(14, {a}, {draft.float_output({1, 4})});
  Random random(1);
  TensorFile data{.values = {}, .rows = 0, .where = "data"};
  for (int i = 0; i < 40; ++i)
    for (int k = 0; k < 12; ++k)
      data.values.push_back(static_cast<float>(k < 4 ? random.uniform(-1, 1) : random.uniform(0, 100)));
  NoProgress progress;
  const auto compiled = import_float_tflite(draft.bytes(), "f", data, {}, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  EXPECT_NEAR(compiled->layers[0].high, 1, 0.1);
  EXPECT_NEAR(compiled->layers[1].high, 100, 5);
  for (const LayerReport& layer : compiled->layers) EXPECT_GT(layer.sqnr_db, 35) << layer.name;
  auto model = LoadedModel::open(compiled->model, "model");
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->input_bytes(), 12u);
  EXPECT_EQ(model->output_bytes(), 12u);
  EXPECT_TRUE(model->self_test_passes());
}

TEST(FloatModel, SurvivesMutations) {
  const TensorFile data{.values = std::vector<float>(kElements, 0.5f), .rows = 0, .where = "data"};
  int accepted = 0;
  for (const FloatCase& one : float_cases()) {
    TfliteDraft draft;
    one.build(draft, draft.float_input(kIn));
    const Bytes good = draft.bytes();
    Random random(5);
    for (int i = 0; i < 150; ++i) {
      Bytes bytes = good;
      for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
        bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
      NoProgress progress;
      accepted += import_float_tflite(bytes, "f", data, {}, progress).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 300);
}

}  // namespace
}  // namespace mote
