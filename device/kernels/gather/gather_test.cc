// gather against its definition.
#include "device/kernels/gather/gather.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_strided.h"

namespace mote {
namespace {

TEST(Gather, O19_TakesTheSlicesThatTheIndicesName) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const auto outer = static_cast<uint32_t>(draw(random, 1, 4)), axis = static_cast<uint32_t>(draw(random, 1, 6)),
               inner = static_cast<uint32_t>(draw(random, 1, 9)), count = static_cast<uint32_t>(draw(random, 1, 8));
    std::vector<int32_t> indices(count);
    for (int32_t& index : indices) index = draw(random, 0, static_cast<int>(axis) - 1);
    const auto input = draw_bits<uint8_t>(random, outer * axis * inner);
    std::vector<uint8_t> output(outer * count * inner + 1, 77);
    gather_reference({outer, axis, inner, indices.data(), count}, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t o = 0; o < outer; ++o)
      for (uint32_t j = 0; j < count; ++j)
        for (uint32_t k = 0; k < inner; ++k)
          ASSERT_EQ(output[(o * count + j) * inner + k], input[(o * axis + static_cast<uint32_t>(indices[j])) * inner + k]);
  }
}

}  // namespace
}  // namespace mote
