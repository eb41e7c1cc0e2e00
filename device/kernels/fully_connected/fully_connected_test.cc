// fully_connected against its definition.
#include "device/kernels/fully_connected/fully_connected.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

TEST(FullyConnected, O3_O6_EqualTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const size_t inputs = static_cast<size_t>(draw(random, 1, 200)), outputs = static_cast<size_t>(draw(random, 1, 12));
    const bool narrow = i % 3 == 0;  // weights of 4 bits
    const std::vector<int8_t> input = draw_int8(random, inputs), drawn_weights = draw_int8(random, inputs * outputs);
    const std::vector<int8_t> weights = narrow ? narrowed(drawn_weights) : drawn_weights;
    const std::vector<uint8_t> packed = packed_nibbles(weights);
    const DrawnScaling drawn(random, static_cast<int>(outputs), static_cast<int>(inputs));
    FullyConnected layer;
    layer.inputs = static_cast<uint32_t>(inputs);
    layer.outputs = static_cast<uint32_t>(outputs);
    layer.input_zero_point = drawn.input_zero_point;
    layer.bias = drawn.bias.data();
    layer.scaling = drawn.scaling;
    std::vector<int8_t> output(outputs + 1, 77);
    if (narrow)
      fully_connected_reference(layer, input.data(), Nibbles{packed.data(), 0}, output.data());
    else
      fully_connected_reference(layer, input.data(), weights.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t o = 0; o < outputs; ++o) {
      int64_t sum = drawn.bias[o];
      for (size_t k = 0; k < inputs; ++k) sum += int64_t{weights[o * inputs + k]} * (input[k] - drawn.input_zero_point);
      const int64_t scaled = oracle::requantize(sum, drawn.multipliers[o], drawn.shifts[o], drawn.scaling.rounding);
      ASSERT_EQ(output[o], oracle::between(drawn.scaling.low, scaled + drawn.scaling.zero_point, drawn.scaling.high))
          << "case " << i << " output " << o;
    }
  }
}

}  // namespace
}  // namespace mote
