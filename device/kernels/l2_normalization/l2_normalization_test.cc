// l2_normalization against real arithmetic, for every sum that few channels can have and for long vectors.
#include "device/kernels/l2_normalization/l2_normalization.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

void expect_near_the_real_one(const L2Normalization& norm, const std::vector<int8_t>& input) {
  std::vector<int8_t> output(input.size() + 1, 77);
  l2_normalization_reference(norm, input.data(), output.data());
  ASSERT_EQ(output.back(), 77) << "wrote past the end";
  for (size_t place = 0; place < norm.places; ++place) {
    const int8_t* row = input.data() + place * norm.channels;
    double squares = 0;
    for (size_t c = 0; c < norm.channels; ++c) squares += std::pow(row[c] - norm.input_zero_point, 2);
    for (size_t c = 0; c < norm.channels; ++c) {
      const double real = squares == 0 ? 0 : 128 * (row[c] - norm.input_zero_point) / std::sqrt(squares);
      ASSERT_NEAR(output[place * norm.channels + c], std::clamp(real, -128.0, 127.0), 0.76);
    }
  }
}

TEST(L2Normalization, O37_IsNearestToTheRealOneOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    L2Normalization norm;
    norm.places = static_cast<uint32_t>(draw(random, 1, 5));
    norm.channels = static_cast<uint32_t>(i % 100 == 0 ? draw(random, 1000, 33025) : draw(random, 1, 40));
    norm.input_zero_point = draw(random, -128, 127);
    norm.rounding = draw_rounding(random);
    expect_near_the_real_one(norm, draw_int8(random, size_t{norm.places} * norm.channels));
  }
}

// Pairs of every two distances up to 40, and the widest pair: all lengths of the shift by pairs.
TEST(L2Normalization, O37_HoldsForSmallAndLargeLengths) {
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding}) {
    const L2Normalization norm = {1, 2, 0, rounding};
    for (int a = -40; a <= 40; ++a)
      for (int b = 0; b <= 40; ++b) expect_near_the_real_one(norm, {static_cast<int8_t>(a), static_cast<int8_t>(b)});
    expect_near_the_real_one({1, 2, -128, rounding}, {127, 127});
  }
}

TEST(L2Normalization, O37_TakesTheLongestVectorAndMayWriteOverIt) {
  const L2Normalization norm = {1, kMaxL2Channels, 127, Rounding::double_rounding};
  std::vector<int8_t> values(kMaxL2Channels, -128);
  l2_normalization_reference(norm, values.data(), values.data());
  for (const int8_t value : values) ASSERT_EQ(value, std::lround(-128 / std::sqrt(kMaxL2Channels)));
}

}  // namespace
}  // namespace mote
