// add_int16 against its definition, with operands of any period, and over its own input.
#include "device/kernels/add_int16/add_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

TEST(AddInt16, O43_EqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const int period = draw(random, 1, 20), count = period * draw(random, 1, 5);
    std::vector<int16_t> first = draw_int16(random, static_cast<size_t>(count));
    const std::vector<int16_t> second = draw_int16(random, static_cast<size_t>(period));
    Add add{};
    add.first = {1 << 30, 0};
    add.second = {static_cast<int32_t>((1u << 30) + random.below(1u << 30)), draw(random, -8, -1)};
    if (i % 2 == 0) std::swap(add.first, add.second);
    add.sum = {static_cast<int32_t>((1u << 30) + random.below(1u << 30)), draw(random, -16, i % 9 == 0 ? 0 : -12)};
    add.low = draw(random, -32768, 0);
    add.high = draw(random, add.low, 32767);
    add.rounding = draw_rounding(random);
    const auto scaled = [&](int64_t value, Factor factor) {
      return oracle::requantize(value << 15, factor.multiplier, factor.shift, add.rounding);
    };
    std::vector<int16_t> expected;
    for (size_t k = 0; k < first.size(); ++k) {
      const int64_t sum = scaled(first[k], add.first) + scaled(second[k % second.size()], add.second);
      expected.push_back(static_cast<int16_t>(
          oracle::between(add.low, oracle::requantize(sum, add.sum.multiplier, add.sum.shift, add.rounding), add.high)));
    }
    const auto run = [&](int16_t* output) {
      add_int16_reference(add, first.data(), second.data(), static_cast<uint32_t>(period), static_cast<uint32_t>(count), output);
    };
    ASSERT_EQ(run_guarded<int16_t>(first.size(), run), expected) << "case " << i;
    run(first.data());
    ASSERT_EQ(first, expected) << "over its input, case " << i;
  }
}

}  // namespace
}  // namespace mote
