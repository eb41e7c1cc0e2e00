// Operators on one and on two operands, against their real arithmetic, for all that broadcasting allows.
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

enum Code { kAdd = 0, kMul = 18, kSub = 41, kMaximum = 55, kMinimum = 57, kSquaredDifference = 99 };

struct Affinity {
  float scale;
  int32_t zero_point;
  double real(int8_t q) const { return static_cast<double>(scale) * (q - zero_point); }
};

Affinity some_affinity(Random& random) { return {static_cast<float>(random.uniform(0.01, 0.1)), some(random, -128, 127)}; }

double real_result(int code, double a, double b) {
  switch (code) {
    case kAdd:
      return a + b;
    case kMul:
      return a * b;
    case kSub:
      return a - b;
    default:
      return (a - b) * (a - b);
  }
}

// The operand's element that an output's element meets.
int8_t broadcast(const std::vector<int8_t>& values, const Dims& shape, const Places& at) {
  Places own(at.end() - static_cast<std::ptrdiff_t>(shape.size()), at.end());
  for (size_t k = 0; k < own.size(); ++k) own[k] = shape[k] == 1 ? 0 : own[k];
  return element(values, shape, own);
}

// Dimensions that broadcast to `out`: some of the leading ones missing, some of the others 1.
Dims some_operand(Random& random, const Dims& out) {
  Dims shape(out.begin() + static_cast<std::ptrdiff_t>(random.below(2) == 0 ? 0 : random.below(out.size() + 1)), out.end());
  if (random.below(2) == 0) return shape;
  for (int32_t& extent : shape) extent = random.below(2) == 0 ? 1 : extent;
  return shape;
}

// Of two operands, so that together they have all dimensions of `out`.
void cover(Dims& a, const Dims& b, const Dims& out) {
  if (a.size() < out.size() && b.size() < out.size()) a = out;
  for (size_t k = 0; k < out.size(); ++k) {
    const auto of = [&](const Dims& shape) { return k + shape.size() < out.size() ? 1 : shape[k + shape.size() - out.size()]; };
    if (of(a) != out[k] && of(b) != out[k]) {
      a.insert(a.begin(), out.begin(), out.end() - static_cast<std::ptrdiff_t>(a.size()));
      a[k] = out[k];
    }
  }
}

class Pairs : public testing::TestWithParam<int> {};

TEST_P(Pairs, MeetElementByElementAndBroadcast) {
  const int code = GetParam();
  const bool compares = code == kMinimum || code == kMaximum;
  Random random(static_cast<uint64_t>(code) + 1);
  for (int i = 0; i < 300; ++i) {
    const Dims out = test::some_shape(random, 1 + random.below(4));
    Dims a = some_operand(random, out);
    const Dims b = some_operand(random, out);
    cover(a, b, out);
    const Affinity left = some_affinity(random), right = compares ? left : some_affinity(random);
    Affinity made = compares ? left : some_affinity(random);
    if (code == kSquaredDifference) made.scale *= 20;
    const auto a_values = some_int8(random, test::count(a)), b_values = some_int8(random, test::count(b));
    const int constants = static_cast<int>(random.below(3));  // none, the first, the second
    TfliteDraft draft;
    std::vector<int8_t> given;
    const auto operand = [&](const Dims& shape, const Affinity& affinity, const std::vector<int8_t>& values, bool constant) {
      if (constant) return draft.constant(shape, values, affinity.scale, affinity.zero_point);
      given.insert(given.end(), values.begin(), values.end());
      return draft.input(shape, affinity.scale, affinity.zero_point);
    };
    const int32_t x = operand(a, left, a_values, constants == 1), z = operand(b, right, b_values, constants == 2),
                  y = draft.output(out, made.scale, made.zero_point);
    if (code == kAdd)
      draft.node_with(code, {x, z}, {y}, tflite::AddOptionsT());
    else if (code == kSub)
      draft.node_with(code, {x, z}, {y}, tflite::SubOptionsT());
    else if (code == kMul)
      draft.node_with(code, {x, z}, {y}, tflite::MulOptionsT());
    else
      draft.node(code, {x, z}, {y});
    const auto result = draft.run(given);
    ASSERT_EQ(result.size(), static_cast<size_t>(test::count(out)));
    size_t at = 0;
    tensor_of(out, [&](const Places& places) {
      const int8_t p = broadcast(a_values, a, places), q = broadcast(b_values, b, places);
      if (compares) {
        EXPECT_EQ(result[at], code == kMinimum ? std::min(p, q) : std::max(p, q));
      } else {
        const double real = real_result(code, left.real(p), right.real(q)) / static_cast<double>(made.scale) + made.zero_point;
        EXPECT_NEAR(result[at], std::clamp(real, -128.0, 127.0), 1.01) << "case " << i;
      }
      ++at;
      return int8_t{0};
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Pairs, testing::Values(kAdd, kMul, kSub, kMaximum, kMinimum, kSquaredDifference));

TEST(Pairs, HoldAFusedActivation) {
  TfliteDraft draft;
  tflite::AddOptionsT relu;
  relu.fused_activation_function = 1;
  const int32_t a = draft.input({4}, 0.5f, 0), b = draft.input({4}, 0.5f, 0), y = draft.output({4}, 0.5f, -10);
  draft.node_with(kAdd, {a, b}, {y}, relu);
  EXPECT_EQ(draft.run({1, -5, 10, -20, 2, 4, 10, 19}), (std::vector<int8_t>{-7, -10, 10, -10}));
  relu.fused_activation_function = 4;
  TfliteDraft sign;
  const int32_t p = sign.input({4}), q = sign.input({4}), r = sign.output({4});
  sign.node_with(kAdd, {p, q}, {r}, relu);
  EXPECT_THAT(sign.refusal(), HasSubstr("fused activation that is not supported: 4"));
}

TEST(Pairs, RefusesOperandsThatDoNotBroadcast) {
  TfliteDraft draft;
  const int32_t a = draft.input({2, 3}), b = draft.input({2}), y = draft.output({2, 3});
  draft.node(kMaximum, {a, b}, {y});
  EXPECT_THAT(draft.refusal(), HasSubstr("does not broadcast"));
}

std::vector<int8_t> all_values() {
  std::vector<int8_t> values;
  for (int q = -128; q < 128; ++q) values.push_back(static_cast<int8_t>(q));
  return values;
}

struct Curve {
  const char* name;
  int code;
  Affinity in, out;
  double (*real)(double);
  double tolerance;  // in quanta of the output; 3/4 where it is rounded twice
};

double leaky(double x) { return x < 0 ? 0.25 * x : x; }

class Curves : public testing::TestWithParam<Curve> {};

TEST_P(Curves, FollowTheRealFunctionForAll256Values) {
  const Curve& curve = GetParam();
  TfliteDraft draft;
  const int32_t x = draft.input({2, 128}, curve.in.scale, curve.in.zero_point),
                y = draft.output({2, 128}, curve.out.scale, curve.out.zero_point);
  tflite::LeakyReluOptionsT quarter;
  quarter.alpha = 0.25f;
  if (curve.code == 98)
    draft.node_with(curve.code, {x}, {y}, quarter);
  else
    draft.node(curve.code, {x}, {y});
  const auto values = all_values(), result = draft.run(values);
  ASSERT_EQ(result.size(), 256u);
  for (size_t i = 0; i < 256; ++i) {
    const double real = curve.real(curve.in.real(values[i])) / static_cast<double>(curve.out.scale) + curve.out.zero_point;
    EXPECT_NEAR(result[i], std::clamp(real, -128.0, 127.0), curve.tolerance) << static_cast<int>(values[i]);
  }
}

constexpr Affinity kUnit{1.0f / 256, -128}, kSigned{1.0f / 128, 0};

INSTANTIATE_TEST_SUITE_P(
    Each, Curves,
    testing::Values(
        Curve{"Logistic", 14, {0.06f, 11}, kUnit, [](double x) { return 1 / (1 + std::exp(-x)); }, 0.51},
        Curve{"LogisticOfAWideRange", 14, {0.7f, -90}, kUnit, [](double x) { return 1 / (1 + std::exp(-x)); }, 1},
        Curve{"Tanh", 28, {0.03f, -5}, kSigned, [](double x) { return std::tanh(x); }, 0.51},
        Curve{"TanhOfAWideRange", 28, {0.5f, 80}, kSigned, [](double x) { return std::tanh(x); }, 1},
        Curve{"Relu", 19, {0.05f, 10}, {0.03f, -128}, [](double x) { return std::max(x, 0.0); }, 0.76},
        Curve{"ReluN1To1", 20, {0.02f, 3}, {0.01f, -7}, [](double x) { return std::clamp(x, -1.0, 1.0); }, 0.76},
        Curve{"Relu6", 21, {0.06f, -20}, {0.06f, -20}, [](double x) { return std::clamp(x, 0.0, 6.0); }, 0.51},
        Curve{"LeakyRelu", 98, {0.05f, 10}, {0.04f, -30}, leaky, 0.76},
        Curve{"HardSwish", 117, {0.05f, -3}, {0.05f, -100}, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }, 1.01},
        Curve{"Elu", 111, {0.03f, 20}, {0.02f, -70}, [](double x) { return x < 0 ? std::expm1(x) : x; }, 0.51},
        Curve{"Abs", 101, {0.05f, 10}, {0.04f, -128}, [](double x) { return std::fabs(x); }, 0.76},
        Curve{"AbsOfOneScale", 101, {0.05f, 10}, {0.05f, -128}, [](double x) { return std::fabs(x); }, 0},
        Curve{"Quantize", 114, {0.05f, 10}, {0.11f, -4}, [](double x) { return x; }, 0.76},
        Curve{"QuantizeToItself", 114, {0.05f, 10}, {0.05f, 10}, [](double x) { return x; }, 0}),
    [](const auto& info) { return std::string(info.param.name); });

// Every sixteenth of the 256 values, as TensorFlow Lite Micro's reference kernels give them.
std::vector<int8_t> sixteenths(int code, Affinity in, Affinity out) {
  TfliteDraft draft;
  const int32_t x = draft.input({256}, in.scale, in.zero_point), y = draft.output({256}, out.scale, out.zero_point);
  draft.node(code, {x}, {y});
  const auto result = draft.run(all_values());
  std::vector<int8_t> some;
  for (size_t i = 0; i < result.size(); i += 16) some.push_back(result[i]);
  return some;
}

TEST(Curves, EqualTensorFlowLitesTables) {
  EXPECT_EQ(sixteenths(14, {0.031f, 11}, kUnit),
            (std::vector<int8_t>{-125, -122, -119, -114, -105, -93, -75, -51, -22, 10, 40, 66, 87, 101, 111, 117}));
  EXPECT_EQ(sixteenths(28, {0.013f, -5}, kSigned),
            (std::vector<int8_t>{-118, -113, -106, -96, -83, -65, -43, -18, 8, 34, 57, 76, 91, 103, 111, 116}));
  EXPECT_EQ(sixteenths(117, {0.06f, 9}, {0.045f, -100}),
            (std::vector<int8_t>{-100, -100, -100, -100, -100, -100, -105, -108, -105, -95, -78, -54, -27, -5, 16, 37}));
}

TEST(Curves, RefusesALogisticWhoseOutputBeginsElsewhere) {
  TfliteDraft draft;
  const int32_t x = draft.input({4}), y = draft.output({4}, 1.0f / 256, 0);
  draft.node(14, {x}, {y});
  EXPECT_THAT(draft.refusal(), HasSubstr("zero point is not -128"));
}

}  // namespace
}  // namespace mote
