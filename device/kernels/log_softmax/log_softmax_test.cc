// log_softmax against real arithmetic, and its logarithm over its whole range.
#include "device/kernels/log_softmax/log_softmax.h"

#include <gtest/gtest.h>

#include "device/kernels/log_softmax/logarithm.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(Logarithm, O36_IsNearTheRealOne) {
  for (int64_t x = 1 << 19; x <= INT32_MAX; x += x < 1 << 22 ? 997 : 199'999) {
    const double real = std::log(std::ldexp(static_cast<double>(x), -19));
    ASSERT_NEAR(std::ldexp(log_of(static_cast<int32_t>(x)), -26), real, 2e-6) << x;
  }
  EXPECT_NEAR(std::ldexp(log_of(INT32_MAX), -26), std::log(4096.0), 2e-6);
}

// docs/spec/operators/arithmetic.md O36: how the host scales the input, and back.
LogSoftmax log_softmax_of(double input_scale, Rounding rounding) {
  LogSoftmax softmax;
  const auto scale = [](double real, int32_t* multiplier, int32_t* shift) {
    int exponent = 0;
    *multiplier = static_cast<int32_t>(std::min(std::round(std::frexp(real, &exponent) * 2147483648.0), 2147483647.0));
    *shift = exponent;
  };
  const double largest = rounding == Rounding::single_rounding ? 1073741823.0 : 2147483647.0;
  scale(std::min(input_scale * 67108864.0, largest), &softmax.multiplier, &softmax.left_shift);
  scale(std::ldexp(1.0, 31 - softmax.left_shift) / softmax.multiplier, &softmax.reverse_multiplier, &softmax.reverse_shift);
  softmax.diff_min = -((31 << 26) >> softmax.left_shift);
  softmax.rounding = rounding;
  softmax.places = 1;
  return softmax;
}

TEST(LogSoftmax, O36_IsWithinOneOfTheRealOne) {
  Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double scale = std::exp(random.uniform(-7, 0.5));
    LogSoftmax softmax = log_softmax_of(scale, draw_rounding(random));
    softmax.channels = static_cast<uint32_t>(i % 50 == 0 ? draw(random, 100, 4095) : draw(random, 1, 20));
    const std::vector<int8_t> input = draw_int8(random, softmax.channels);
    std::vector<int8_t> output(softmax.channels + 1, 77);
    log_softmax_reference(softmax, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    const int largest = *std::max_element(input.begin(), input.end());
    double sum = 0;
    for (const int8_t value : input) sum += std::exp((value - largest) * scale);
    for (size_t c = 0; c < softmax.channels; ++c) {
      const double real = 16 * ((input[c] - largest) * scale - std::log(sum)) + 127;
      ASSERT_NEAR(output[c], std::clamp(real, -128.0, 127.0), 1.0) << "case " << i;
    }
  }
}

// All inputs of one value: the longest sum that there is.
TEST(LogSoftmax, O36_TakesTheMostChannels) {
  LogSoftmax softmax = log_softmax_of(0.1, Rounding::double_rounding);
  softmax.channels = kMaxLogSoftmaxChannels;
  std::vector<int8_t> values(kMaxLogSoftmaxChannels, 5);
  log_softmax_reference(softmax, values.data(), values.data());
  for (const int8_t value : values) ASSERT_EQ(value, std::lround(127 - 16 * std::log(kMaxLogSoftmaxChannels)));
}

TEST(LogSoftmax, O36_RowsDoNotTouchEachOtherAndMayBeTheirOwnOutput) {
  Random random(2);
  LogSoftmax softmax = log_softmax_of(0.05, Rounding::double_rounding);
  softmax.channels = 5;
  softmax.places = 7;
  std::vector<int8_t> values = draw_int8(random, 35), whole(35), row(5);
  log_softmax_reference(softmax, values.data(), whole.data());
  softmax.places = 1;
  for (size_t place = 0; place < 7; ++place) {
    log_softmax_reference(softmax, values.data() + 5 * place, row.data());
    EXPECT_TRUE(std::equal(row.begin(), row.end(), whole.begin() + static_cast<std::ptrdiff_t>(5 * place)));
  }
  softmax.places = 7;
  log_softmax_reference(softmax, values.data(), values.data());
  EXPECT_EQ(values, whole);
}

}  // namespace
}  // namespace mote
