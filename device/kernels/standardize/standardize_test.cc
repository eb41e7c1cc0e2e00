// standardize against its definition and against real arithmetic.
#include "device/kernels/standardize/standardize.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

struct DrawnStandardization {
  std::vector<double> mean, deviation;
  double scale;
  std::vector<int32_t> offsets, multipliers, shifts;
  std::vector<int16_t> raw;
  Standardize standardize;

  explicit DrawnStandardization(Random& random) : scale(random.uniform(0.01, 0.06)) {
    standardize.samples = static_cast<uint32_t>(draw(random, 1, 40));
    standardize.channels = static_cast<uint32_t>(draw(random, 1, 6));
    for (uint32_t c = 0; c < standardize.channels; ++c) {
      mean.push_back(random.uniform(-20000, 20000));
      deviation.push_back(std::exp(random.uniform(0, 9)));
      offsets.push_back(static_cast<int32_t>(std::lround(mean[c] * 256)));
      int exponent = 0;
      multipliers.push_back(
          static_cast<int32_t>(std::floor(std::frexp(1 / (256 * deviation[c] * scale), &exponent) * 2147483648.0)));
      shifts.push_back(exponent);
    }
    for (uint32_t i = 0; i < standardize.samples * standardize.channels; ++i) {
      const uint32_t c = i % standardize.channels;
      const double value = draw(random, 0, 9) == 0 ? random.uniform(-40000, 40000) : mean[c] + 2 * deviation[c] * random.normal();
      raw.push_back(static_cast<int16_t>(std::clamp(value, -32768.0, 32767.0)));
    }
    standardize.offsets = offsets.data();
    standardize.multipliers = multipliers.data();
    standardize.shifts = shifts.data();
    standardize.zero_point = draw(random, -128, 127);
    standardize.rounding = draw_rounding(random);
  }
};

TEST(Standardize, O10_EqualsTheDefinitionAndIsNearTheRealOne) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const DrawnStandardization drawn(random);
    std::vector<int8_t> output(drawn.raw.size() + 1, 77);
    standardize_reference(drawn.standardize, drawn.raw.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t k = 0; k < drawn.raw.size(); ++k) {
      const size_t c = k % drawn.standardize.channels;
      const int64_t scaled = oracle::requantize(int64_t{drawn.raw[k]} * 256 - drawn.offsets[c], drawn.multipliers[c],
                                                drawn.shifts[c], drawn.standardize.rounding);
      ASSERT_EQ(output[k], oracle::between(-128, scaled + drawn.standardize.zero_point, 127)) << "case " << i;
      const double real = (drawn.raw[k] - drawn.mean[c]) / drawn.deviation[c] / drawn.scale + drawn.standardize.zero_point;
      const double offset_error = 1 / (512 * drawn.deviation[c] * drawn.scale);
      ASSERT_NEAR(output[k], std::clamp(real, -128.0, 127.0), 0.76 + offset_error) << "case " << i;
    }
  }
}

// The widest difference with the largest shift: 2^24 * 2^6 stays in int32.
TEST(Standardize, O10_HoldsAtTheEdges) {
  const int16_t raw[] = {32767, -32768};
  const int32_t offsets[] = {-kMaxStandardizeOffset, kMaxStandardizeOffset};
  const int32_t multipliers[] = {INT32_MAX, INT32_MAX}, shifts[] = {kMaxStandardizeShift, kMaxStandardizeShift};
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding}) {
    int8_t output[2];
    standardize_reference({1, 2, offsets, multipliers, shifts, 3, rounding}, raw, output);
    EXPECT_EQ(output[0], 127);
    EXPECT_EQ(output[1], -128);
  }
}

}  // namespace
}  // namespace mote
