// reduce_max against its definition.
#include "device/kernels/reduce_max/reduce_max.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(ReduceMax, O31_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const size_t outer = static_cast<size_t>(draw(random, 1, 5)), count = static_cast<size_t>(draw(random, 1, 30)),
                 inner = static_cast<size_t>(draw(random, 1, 7));
    const bool least = i % 2 == 1;
    const std::vector<int8_t> input = draw_int8(random, outer * count * inner);
    std::vector<int8_t> output(outer * inner + 1, 77);
    const Along view = {static_cast<uint32_t>(outer), static_cast<uint32_t>(count), static_cast<uint32_t>(inner)};
    reduce_max_reference({view, least}, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t o = 0; o < outer; ++o)
      for (size_t k = 0; k < inner; ++k) {
        std::vector<int8_t> line;
        for (size_t n = 0; n < count; ++n) line.push_back(input[(o * count + n) * inner + k]);
        const int8_t expected = least ? *std::min_element(line.begin(), line.end()) : *std::max_element(line.begin(), line.end());
        ASSERT_EQ(output[o * inner + k], expected) << "case " << i;
      }
  }
}

}  // namespace
}  // namespace mote
