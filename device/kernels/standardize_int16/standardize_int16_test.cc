// standardize_int16 against its definition.
#include "device/kernels/standardize_int16/standardize_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

TEST(StandardizeInt16, O45_EqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const int samples = draw(random, 1, 20), channels = draw(random, 1, 6);
    const std::vector<int16_t> input = draw_int16(random, static_cast<size_t>(samples * channels));
    std::vector<int32_t> offsets, multipliers, shifts;
    for (int c = 0; c < channels; ++c) {
      offsets.push_back(draw(random, 0, 5) == 0 ? -kMaxStandardizeOffset : draw(random, -kMaxStandardizeOffset, 1 << 23));
      const auto [multiplier, shift] = draw_factor(random, 1.0 / 256);
      multipliers.push_back(multiplier);
      shifts.push_back(draw(random, 0, 9) == 0 ? kMaxStandardizeShift : shift);
    }
    const Standardize standardize{
        static_cast<uint32_t>(samples), static_cast<uint32_t>(channels), offsets.data(), multipliers.data(), shifts.data(), 0,
        draw_rounding(random)};
    std::vector<int16_t> expected;
    for (size_t k = 0; k < input.size(); ++k) {
      const size_t c = k % static_cast<size_t>(channels);
      const int64_t scaled =
          oracle::requantize(int64_t{input[k]} * 256 - offsets[c], multipliers[c], shifts[c], standardize.rounding);
      expected.push_back(static_cast<int16_t>(oracle::between(-32768, scaled, 32767)));
    }
    ASSERT_EQ(
        run_guarded<int16_t>(expected.size(), [&](int16_t* to) { standardize_int16_reference(standardize, input.data(), to); }),
        expected)
        << "case " << i;
  }
}

}  // namespace
}  // namespace mote
