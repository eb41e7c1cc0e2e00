// fully_connected_int16 against its definition.
#include "device/kernels/fully_connected_int16/fully_connected_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

TEST(FullyConnectedInt16, O42_EqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const int inputs = i % 4 == 0 ? draw(random, 500, 2000) : draw(random, 1, 40), outputs = draw(random, 1, 9);
    const std::vector<int16_t> input = draw_int16(random, static_cast<size_t>(inputs));
    const std::vector<int8_t> weights = draw_int8(random, static_cast<size_t>(inputs * outputs));
    const DrawnWideScaling drawn(random, outputs, inputs);
    const FullyConnected layer = {static_cast<uint32_t>(inputs), static_cast<uint32_t>(outputs), 0, drawn.bias.data(),
                                  drawn.scaling};
    std::vector<int16_t> expected;
    for (size_t o = 0; o < layer.outputs; ++o) {
      int64_t sum = drawn.bias[o];
      for (size_t k = 0; k < layer.inputs; ++k) sum += int64_t{weights[o * layer.inputs + k]} * input[k];
      expected.push_back(drawn.expected(sum, o));
    }
    ASSERT_EQ(run_guarded<int16_t>(
                  expected.size(),
                  [&](int16_t* output) { fully_connected_int16_reference(layer, input.data(), weights.data(), output); }),
              expected)
        << "case " << i;
  }
}

// (3 * 7 + 4) * 0.5 = 12.5, rounded up to 13; and the widest sum that a row of 1000 gives.
TEST(FullyConnectedInt16, O42_ByHand) {
  const int16_t input = 7;
  const int8_t weight = 3;
  const int32_t bias = 4, multiplier = 1 << 30, shift = 0;
  const FullyConnected layer = {1, 1, 0, &bias, {&multiplier, &shift, 0, -32768, 32767, Rounding::double_rounding}};
  int16_t output = 0;
  fully_connected_int16_reference(layer, &input, &weight, &output);
  EXPECT_EQ(output, 13);
  const std::vector<int16_t> lowest(1000, -32768);
  const std::vector<int8_t> least(1000, -128);
  const int32_t none = 0, most = INT32_MAX, right = -17;  // 1000 * 2^22 * 32767 / 2^32, rounded
  const FullyConnected wide = {1000, 1, 0, &none, {&most, &right, 0, -32768, 32767, Rounding::double_rounding}};
  fully_connected_int16_reference(wide, lowest.data(), least.data(), &output);
  EXPECT_EQ(output, 31999);
}

}  // namespace
}  // namespace mote
