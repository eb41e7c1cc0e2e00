// minimum against its definition.
#include "device/kernels/minimum/minimum.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(Minimum, O22_IsTheOneOrTheOther) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const auto count = static_cast<uint32_t>(draw(random, 1, 60));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    minimum_reference(first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) ASSERT_EQ(output[at], std::min(first[at], second[at]));
    auto over = second;
    minimum_reference(first.data(), over.data(), count, over.data());
    output.pop_back();
    ASSERT_EQ(over, output) << "over an input";
  }
}

}  // namespace
}  // namespace mote
