// Copying and filling against the C library's.
#include "device/kernels/move.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(Move, CopiesSoManyBytesAndNoMore) {
  Random random(1);
  for (int count = 0; count < 70; ++count)
    for (int skipped = 0; skipped < 4; ++skipped) {
      const auto from = draw_int8(random, static_cast<size_t>(count + skipped + 1));
      std::vector<int8_t> to(static_cast<size_t>(count + skipped + 1), 77), expected = to;
      std::copy(from.begin() + skipped, from.end() - 1, expected.begin() + skipped);
      copy_bytes(to.data() + skipped, from.data() + skipped, static_cast<size_t>(count));
      ASSERT_EQ(to, expected);
    }
}

TEST(Move, FillsWithTheBytesOfAWordInTurn) {
  for (size_t count = 0; count < 70; ++count) {
    std::vector<uint8_t> to(count + 1, 77), expected = to;
    for (size_t i = 0; i < count; ++i) expected[i] = static_cast<uint8_t>(0x84838281u >> i % 4 * 8);
    fill_words(to.data(), 0x84838281u, count);
    ASSERT_EQ(to, expected);
  }
}

}  // namespace
}  // namespace mote
