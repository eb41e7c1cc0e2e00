// requantize against its definition, from and to either width.
#include "device/kernels/requantize/requantize_to.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

template <typename From, typename To>
void check_requantize_to(uint64_t seed) {
  Random random(seed);
  const int widest = sizeof(From) == 1 ? 127 : 32767, most = sizeof(To) == 1 ? 127 : 32767;
  for (int i = 0; i < 2000; ++i) {
    std::vector<From> input(static_cast<size_t>(draw(random, 1, 40)));
    for (From& value : input) value = static_cast<From>(i % 4 == 0 ? -widest - 1 : draw(random, -widest - 1, widest));
    Requantize to;
    to.count = static_cast<uint32_t>(input.size());
    to.input_zero_point = sizeof(From) == 1 ? draw(random, -128, 127) : 0;
    to.output_zero_point = sizeof(To) == 1 ? draw(random, -128, 127) : 0;
    std::tie(to.multiplier, to.shift) = draw_factor(random, static_cast<double>(most) / widest);
    if (i % 10 == 0) to.shift = 14;
    to.low = draw(random, -most - 1, most);
    to.high = draw(random, to.low, most);
    to.rounding = draw_rounding(random);
    std::vector<To> expected;
    for (const From value : input)
      expected.push_back(static_cast<To>(oracle::between(
          to.low, oracle::requantize(value - to.input_zero_point, to.multiplier, to.shift, to.rounding) + to.output_zero_point,
          to.high)));
    ASSERT_EQ(run_guarded<To>(input.size(), [&](To* output) { requantize_reference(to, input.data(), output); }), expected)
        << "case " << i;
  }
}

TEST(Requantize, O46_EqualsTheDefinition) {
  check_requantize_to<int16_t, int8_t>(1);
  check_requantize_to<int8_t, int16_t>(2);
  check_requantize_to<int16_t, int16_t>(3);
  check_requantize_to<int8_t, int8_t>(4);
}

}  // namespace
}  // namespace mote
