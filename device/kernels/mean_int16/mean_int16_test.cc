// mean_int16 against its definition.
#include "device/kernels/mean_int16/mean_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

TEST(MeanInt16, O44_EqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto outer = static_cast<uint32_t>(draw(random, 1, 4)), inner = static_cast<uint32_t>(draw(random, 1, 5));
    const auto count = static_cast<uint32_t>(i % 50 == 0 ? 65535 : draw(random, 1, 60));
    const std::vector<int16_t> input = draw_int16(random, size_t{outer} * count * inner);
    const auto [multiplier, shift] = draw_factor(random, 1.0 / count);
    Mean mean{{outer, count, inner}, 0, 0, multiplier, shift > 0 && count > 1000 ? 0 : shift, draw_rounding(random)};
    std::vector<int16_t> expected;
    for (uint32_t o = 0; o < outer; ++o)
      for (uint32_t k = 0; k < inner; ++k) {
        int64_t sum = 0;
        for (uint32_t n = 0; n < count; ++n) sum += input[(size_t{o} * count + n) * inner + k];
        expected.push_back(static_cast<int16_t>(
            oracle::between(-32768, oracle::requantize(sum, mean.multiplier, mean.shift, mean.rounding), 32767)));
      }
    ASSERT_EQ(run_guarded<int16_t>(expected.size(), [&](int16_t* to) { mean_int16_reference(mean, input.data(), to); }), expected)
        << "case " << i;
  }
}

}  // namespace
}  // namespace mote
