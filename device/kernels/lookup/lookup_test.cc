// lookup against its definition.
#include "device/kernels/lookup/lookup.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(Lookup, O14_GivesTheEntryOfEachElement) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const auto table = draw_int8(random, 256);
    const auto count = static_cast<uint32_t>(draw(random, 1, 300));
    const auto input = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    lookup_reference(table.data(), input.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) ASSERT_EQ(output[at], table[static_cast<size_t>(input[at] + 128)]);
  }
}

TEST(Lookup, O14_MayWriteOverItsInput) {
  Random random(2);
  const auto table = draw_int8(random, 256);
  auto values = draw_int8(random, 100);
  std::vector<int8_t> apart(100);
  lookup_reference(table.data(), values.data(), 100, apart.data());
  lookup_reference(table.data(), values.data(), 100, values.data());
  EXPECT_EQ(values, apart);
}

}  // namespace
}  // namespace mote
