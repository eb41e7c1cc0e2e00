// softmax_int16 against its definition, and against real arithmetic.
#include "device/kernels/softmax_int16/softmax_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/softmax_int16/curve.h"
#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

// O48: a curve of 512 steps, each value corrected by half of what interpolation misses in the middle, with the C library's exp.
std::vector<int64_t> table_of(float first, float last, float (*function)(float)) {
  const float step = (last - first) / 512, scale = 65536.0f / ((2.0f / 65535) * 32767 - (2.0f / 65535) * -32768);
  const auto bounded = [](float x) { return static_cast<int64_t>(std::min(std::max(x, -32768.0f), 32767.0f)); };
  std::vector<int64_t> table;
  for (int i = 0; i < 512; ++i) {
    const float x = first + static_cast<float>(i) * step;
    const float value = std::round(function(x) * scale), next = function(first + static_cast<float>(i + 1) * step) * scale;
    const float missed = std::round((next + value) / 2) - std::round(function(x + step / 2) * scale);
    table.push_back(bounded(value - std::round(missed / 2)));
  }
  table.push_back(bounded(std::round(function(last) * scale)));
  return table;
}

float exponential_in_float(float x) { return std::exp(x); }
float reciprocal_in_float(float x) { return 1.0f / (1.0f + x); }

int64_t look_up(const std::vector<int64_t>& table, int64_t x) {
  const auto step = static_cast<size_t>((x + 32768) / 128);
  return table[step] + static_cast<int64_t>(oracle::nearest_ties_up((table[step + 1] - table[step]) * ((x + 32768) % 128), 7));
}

std::vector<int16_t> definition(const SoftmaxInt16& softmax, const std::vector<int16_t>& input) {
  static const std::vector<int64_t> exponential = table_of((10.0f / 65535) * -65535, 0, exponential_in_float);
  static const std::vector<int64_t> reciprocal = table_of(0, (1.0f / 65535) * 65535, reciprocal_in_float);
  std::vector<int16_t> output;
  for (size_t place = 0; place < softmax.places; ++place) {
    const auto* row = input.data() + place * softmax.channels;
    const int64_t largest = *std::max_element(row, row + softmax.channels);
    std::vector<int64_t> powers;
    int64_t sum = 0;
    for (size_t c = 0; c < softmax.channels; ++c) {
      const int64_t scaled = oracle::requantize(row[c] - largest, softmax.multiplier, softmax.shift, softmax.rounding);
      powers.push_back(look_up(exponential, oracle::between(-32768, scaled + 32767, 32767)));
      sum += powers.back();
    }
    int bits = 0;  // sum / 2^bits is 1 to 2
    while (sum >> (bits + 1) != 0) ++bits;
    const auto above = static_cast<int64_t>(oracle::nearest_ties_up(oracle::Wide{sum} << (30 - bits), 14)) - 65536;
    const int64_t inverse = look_up(reciprocal, oracle::between(-32768, above - 32768, 32767));
    for (const int64_t power : powers)
      output.push_back(
          static_cast<int16_t>(oracle::between(0, static_cast<int64_t>(oracle::nearest_ties_up(power * inverse, bits)), 32767)));
  }
  return output;
}

TEST(SoftmaxInt16, O48_TablesAreThoseOfTheCLibrary) {
  const std::vector<int64_t> exponential = table_of((10.0f / 65535) * -65535, 0, exponential_in_float);
  const std::vector<int64_t> reciprocal = table_of(0, (1.0f / 65535) * 65535, reciprocal_in_float);
  for (size_t i = 0; i <= 512; ++i) {
    EXPECT_EQ(kExponential.at[i], exponential[i]) << i;
    EXPECT_EQ(kReciprocal.at[i], reciprocal[i]) << i;
  }
}

TEST(SoftmaxInt16, O48_EqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const int places = draw(random, 1, 3), channels = i % 100 == 0 ? 60000 : draw(random, 1, 30);
    std::vector<int16_t> input = draw_int16(random, static_cast<size_t>(places * channels));
    if (i % 7 == 0)
      for (int16_t& value : input) value = static_cast<int16_t>(value / 4096);
    const auto [multiplier, shift] = draw_factor(random, std::pow(10.0, random.uniform(-3, 3)));
    const SoftmaxInt16 softmax{static_cast<uint32_t>(places), static_cast<uint32_t>(channels), multiplier,
                               i % 20 == 0 ? kMostSoftmaxInt16Shift : shift, draw_rounding(random)};
    const std::vector<int16_t> expected = definition(softmax, input);
    ASSERT_EQ(run_guarded<int16_t>(input.size(), [&](int16_t* to) { softmax_int16_reference(softmax, input.data(), to); }),
              expected)
        << "case " << i;
    softmax_int16_reference(softmax, input.data(), input.data());
    ASSERT_EQ(input, expected) << "over its input, case " << i;
  }
}

TEST(SoftmaxInt16, O48_IsCloseToRealArithmetic) {
  Random random(2);
  const double scale = 8.0 / 32768;  // logits of -8 to 8
  int exponent = 0;
  const double fraction = std::frexp(scale / (10.0 / 65535), &exponent);
  const SoftmaxInt16 softmax{1, 6, static_cast<int32_t>(std::round(fraction * 2147483648.0)), exponent,
                             Rounding::double_rounding};
  for (int i = 0; i < 500; ++i) {
    const std::vector<int16_t> input = draw_int16(random, 6);
    std::vector<int16_t> output(6);
    softmax_int16_reference(softmax, input.data(), output.data());
    double sum = 0;
    for (const int16_t value : input) sum += std::exp(scale * value);
    for (size_t c = 0; c < 6; ++c) EXPECT_NEAR(output[c] / 32768.0, std::exp(scale * input[c]) / sum, 4e-4);  // a certain one is 11 steps short of 1
  }
}

}  // namespace
}  // namespace mote
