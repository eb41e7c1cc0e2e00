// What works along dimensions, on matrices and between number types, against definitions in coordinates.
#include <gmock/gmock.h>

#include <cmath>

#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::element;
using test::Places;
using test::some;
using test::some_int8;
using test::some_shape;
using test::tensor_of;
using test::TfliteDraft;
using testing::HasSubstr;
using Dims = std::vector<int32_t>;

enum Along { kMean = 40, kArgMax = 56, kSum = 74, kArgMin = 79, kReduceMax = 82, kReduceMin = 89 };

// All elements of `x` whose places agree with `at` where no dimension is `taken`.
std::vector<int8_t> line_of(const std::vector<int8_t>& x, const Dims& in, const std::vector<bool>& taken, const Places& at) {
  std::vector<int8_t> line;
  tensor_of(in, [&](const Places& places) {
    bool of = true;
    for (size_t k = 0, kept = 0; k < in.size(); ++k)
      if (!taken[k]) of = of && places[k] == at[kept++];
    if (of) line.push_back(element(x, in, places));
    return int8_t{0};
  });
  return line;
}

class Reductions : public testing::TestWithParam<int> {};

TEST_P(Reductions, WorkAlongAnyDimensions) {
  const int code = GetParam();
  Random random(static_cast<uint64_t>(code));
  for (int i = 0; i < 150; ++i) {
    const Dims in = some_shape(random, 1 + random.below(5), 4);
    std::vector<bool> taken(in.size());
    Dims axes, out;
    for (size_t k = 0; k < in.size(); ++k) {
      taken[k] = random.below(2) == 0;
      if (taken[k]) axes.push_back(static_cast<int32_t>(k) - (random.below(2) == 0 ? static_cast<int32_t>(in.size()) : 0));
      if (!taken[k]) out.push_back(in[k]);
    }
    if (axes.empty() || in == Dims{1}) continue;
    const bool scales = code == kMean || code == kSum;
    const float scale = scales ? 0.9f : 0.5f;
    TfliteDraft draft;
    const int32_t x = draft.input(in, 0.5f, 3), along = draft.integers(axes), y = draft.output(out, scale, scales ? -20 : 3);
    draft.node(code, {x, along}, {y});
    const auto values = some_int8(random, test::count(in)), result = draft.run(values);
    ASSERT_EQ(result.size(), static_cast<size_t>(test::count(out)));
    size_t place = 0;
    tensor_of(out, [&](const Places& at) {
      const auto line = line_of(values, in, taken, at);
      double sum = 0;
      for (const int8_t value : line) sum += value - 3;
      if (code == kMean) sum /= static_cast<double>(line.size());
      if (scales)
        EXPECT_NEAR(result[place], std::clamp(sum * 0.5 / 0.9 - 20, -128.0, 127.0), 0.77);
      else
        EXPECT_EQ(result[place],
                  code == kReduceMax ? *std::max_element(line.begin(), line.end()) : *std::min_element(line.begin(), line.end()));
      ++place;
      return int8_t{0};
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Reductions, testing::Values(kMean, kSum, kReduceMax, kReduceMin));

TEST(Reductions, TellWhereTheExtremesStand) {
  Random random(2);
  for (int i = 0; i < 60; ++i) {
    const Dims in = some_shape(random, 1 + random.below(4));
    const size_t axis = random.below(in.size());
    Dims out = in;
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(axis));
    std::vector<bool> taken(in.size());
    taken[axis] = true;
    TfliteDraft draft;
    const int32_t x = draft.input(in), along = draft.integers({static_cast<int32_t>(axis)}),
                  y = draft.tensor(out, 1, 0, test::kInt32Type);
    draft.graph().outputs = {y};
    draft.node(i % 2 == 0 ? kArgMax : kArgMin, {x, along}, {y});
    const auto values = some_int8(random, test::count(in)), result = draft.run(values);
    ASSERT_EQ(result.size(), 4 * static_cast<size_t>(test::count(out)));
    size_t place = 0;
    tensor_of(out, [&](const Places& at) {
      const auto line = line_of(values, in, taken, at);
      const auto extreme = i % 2 == 0 ? std::max_element(line.begin(), line.end()) : std::min_element(line.begin(), line.end());
      int32_t told = 0;
      std::memcpy(&told, result.data() + 4 * place++, 4);
      EXPECT_EQ(told, extreme - line.begin());
      return int8_t{0};
    });
  }
}

TEST(Matrices, MultiplyTurnedAndRepeated) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    const int32_t n = some(random, 1, 5), k = some(random, 1, 9), m = some(random, 1, 5), batches = some(random, 1, 3);
    tflite::BatchMatMulOptionsT options;
    options.adj_x = i % 2 == 1, options.adj_y = i % 4 >= 2;
    const bool constant = random.below(2) == 0, repeated = random.below(2) == 0;
    const Dims a = {batches, options.adj_x ? k : n, options.adj_x ? n : k};
    Dims b = {batches, options.adj_y ? m : k, options.adj_y ? k : m};
    if (repeated) b.erase(b.begin());
    TfliteDraft draft;
    std::vector<int8_t> x = some_int8(random, test::count(a)), z = some_int8(random, test::count(b));
    const int32_t first = draft.input(a, 0.05f, -9);
    const int32_t second = constant ? draft.constant(b, z, 0.02f, 7) : draft.input(b, 0.02f, 7);
    draft.node_with(126, {first, second}, {draft.output({batches, n, m}, 0.5f, 4)}, options);
    std::vector<int8_t> given = x;
    if (!constant) given.insert(given.end(), z.begin(), z.end());
    const auto result = draft.run(given);
    size_t place = 0;
    ASSERT_EQ(result.size(), static_cast<size_t>(batches * n * m));
    tensor_of({batches, n, m}, [&](const Places& at) {
      double sum = 0;
      for (int32_t j = 0; j < k; ++j) {
        Places right = {at[0], options.adj_y ? at[2] : j, options.adj_y ? j : at[2]};
        if (repeated) right.erase(right.begin());
        sum += (element(x, a, {at[0], options.adj_x ? j : at[1], options.adj_x ? at[1] : j}) + 9) * 0.05 *
               (element(z, b, right) - 7) * 0.02;
      }
      EXPECT_NEAR(result[place++], std::clamp(sum / 0.5 + 4, -128.0, 127.0), 0.77);
      return int8_t{0};
    });
  }
}

TEST(Slopes, BroadcastOverTheInput) {
  Random random(4);
  const Dims in = {1, 3, 4, 2};
  for (const Dims& shape : std::vector<Dims>{{2}, {1, 1, 2}, {3, 4, 2}, {4, 2}, {3, 1, 2}, {3, 4, 1}, {1, 1, 1}, {1, 3, 1, 1}}) {
    TfliteDraft draft;
    const auto slopes = some_int8(random, test::count(shape)), values = some_int8(random, test::count(in));
    const int32_t x = draft.input(in, 0.05f, 5), alpha = draft.constant(shape, slopes, 0.01f, -6);
    draft.node(54, {x, alpha}, {draft.output(in, 0.06f, -2)});
    const auto result = draft.run(values);
    ASSERT_EQ(result.size(), values.size());
    size_t place = 0;
    tensor_of(in, [&](const Places& at) {
      Places own(at.end() - static_cast<std::ptrdiff_t>(shape.size()), at.end());
      for (size_t i = 0; i < own.size(); ++i) own[i] = shape[i] == 1 ? 0 : own[i];
      const double real = (element(values, in, at) - 5) * 0.05;
      const double bent = real >= 0 ? real : real * (element(slopes, shape, own) + 6) * 0.01;
      EXPECT_NEAR(result[place++], std::clamp(bent / 0.06 - 2, -128.0, 127.0), 0.77);
      return int8_t{0};
    });
  }
  TfliteDraft draft;
  const int32_t x = draft.input(in), alpha = draft.constant({3}, {1, 2, 3});
  draft.node(54, {x, alpha}, {draft.output(in)});
  EXPECT_THAT(draft.refusal(), HasSubstr("slopes that do not fit its input"));
}

// Softmax with a beta, its logarithm, and vectors of length 1, each row of a batch for itself.
TEST(Normalization, WorksOnEachRow) {
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    const Dims shape = some_shape(random, 1 + random.below(4), 6);
    const int32_t channels = shape.back();
    const int kind = i % 3;
    TfliteDraft draft;
    const int32_t x = draft.input(shape, 0.04f, 9);
    const int32_t y = kind == 0   ? draft.output(shape, 1.0f / 256, -128)
                      : kind == 1 ? draft.output(shape, 1.0f / 16, 127)
                                  : draft.output(shape, 1.0f / 128, 0);
    tflite::SoftmaxOptionsT softer;
    softer.beta = 0.5f;
    if (kind == 0)
      draft.node_with(25, {x}, {y}, softer);
    else
      draft.node(kind == 1 ? 50 : 11, {x}, {y});
    const auto values = some_int8(random, test::count(shape)), result = draft.run(values);
    ASSERT_EQ(result.size(), values.size());
    for (size_t row = 0; row < values.size(); row += static_cast<size_t>(channels)) {
      double sum = 0, squares = 0;
      for (size_t c = row; c < row + static_cast<size_t>(channels); ++c) {
        sum += std::exp((kind == 0 ? 0.5 : 1) * 0.04 * values[c]);
        squares += std::pow(values[c] - 9, 2);
      }
      for (size_t c = row; c < row + static_cast<size_t>(channels); ++c) {
        const double real = kind == 0      ? 256 * std::exp(0.5 * 0.04 * values[c]) / sum - 128
                            : kind == 1    ? 16 * (0.04 * values[c] - std::log(sum)) + 127
                            : squares == 0 ? 0
                                           : 128 * (values[c] - 9) / std::sqrt(squares);
        EXPECT_NEAR(result[c], std::clamp(real, -128.0, 127.0), 1.01) << kind;
      }
    }
  }
}

TEST(Resize, KeepsCornersWhereItAligns) {
  for (const bool align : {true, false}) {
    TfliteDraft draft;
    const int32_t x = draft.input({1, 2, 2, 1}), size = draft.integers({3, 3});
    tflite::ResizeBilinearOptionsT options;
    options.align_corners = align;
    draft.node_with(23, {x, size}, {draft.output({1, 3, 3, 1})}, options);
    const auto result = draft.run({0, 60, 30, 90});
    EXPECT_EQ(result, align ? (std::vector<int8_t>{0, 30, 60, 15, 45, 75, 30, 60, 90})
                            : (std::vector<int8_t>{0, 40, 60, 20, 60, 80, 30, 70, 90}));
  }
}

TEST(Types, FloatsGoInAndComeOut) {
  TfliteDraft draft;
  const int32_t x = draft.tensor({1, 4}, 1, 0, test::kFloat32Type), q = draft.tensor({1, 4}, 0.5f, 3),
                y = draft.tensor({1, 4}, 1, 0, test::kFloat32Type);
  draft.graph().inputs = {x};
  draft.graph().outputs = {y};
  draft.node(114, {x}, {q});
  draft.node(6, {q}, {y});
  const float given[] = {0.25f, -0.7f, 1000, -1000};
  std::vector<int8_t> bytes(sizeof given);
  std::memcpy(bytes.data(), given, sizeof given);
  const auto result = draft.run(bytes);
  ASSERT_EQ(result.size(), sizeof given);
  float made[4];
  std::memcpy(made, result.data(), sizeof made);
  EXPECT_EQ(made[0], 0.5f);
  EXPECT_EQ(made[1], -0.5f);
  EXPECT_EQ(made[2], 62);
  EXPECT_EQ(made[3], -65.5f);
}

}  // namespace
}  // namespace mote
