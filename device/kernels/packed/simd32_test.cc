// The instructions' plain C against their definitions, in wide integers.
#include "device/kernels/packed/simd32.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "device/kernels/test/oracle.h"

namespace mote::simd32 {
namespace {

int64_t half_of(uint32_t word, int index) { return static_cast<int16_t>(word >> 16 * index); }
int64_t byte_of(uint32_t word, int index) { return static_cast<int8_t>(word >> 8 * index); }
int32_t wrapped(int64_t value) { return static_cast<int32_t>(static_cast<uint64_t>(value)); }

TEST(Simd32, MultipliesHalves) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto a = static_cast<uint32_t>(random.next()), b = static_cast<uint32_t>(random.next());
    const auto sum = static_cast<int32_t>(random.next());
    const int64_t low = half_of(a, 0) * half_of(b, 0), high = half_of(a, 1) * half_of(b, 1);
    ASSERT_EQ(smlad(a, b, sum), wrapped(sum + low + high));
    ASSERT_EQ(smlabb(a, b, sum), wrapped(sum + low));
    ASSERT_EQ(smlatt(a, b, sum), wrapped(sum + high));
  }
}

TEST(Simd32, TakesTheLargerBytes) {
  for (int a = -128; a < 128; ++a)
    for (int b = -128; b < 128; ++b) {
      const uint32_t first = static_cast<uint8_t>(a) * 0x00010001u | static_cast<uint8_t>(b) * 0x01000100u;
      const uint32_t second = static_cast<uint8_t>(b) * 0x01010101u;
      for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(byte_of(smax8(first, second), i), std::max(byte_of(first, i), byte_of(second, i)));
        ASSERT_EQ(byte_of(smin8(first, second), i), std::min(byte_of(first, i), byte_of(second, i)));
      }
    }
}

TEST(Simd32, ExtendsBytes) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const auto word = static_cast<uint32_t>(random.next()), halves = static_cast<uint32_t>(random.next());
    for (int half = 0; half < 2; ++half) {
      ASSERT_EQ(half_of(sxtb16(word), half), byte_of(word, 2 * half));
      ASSERT_EQ(half_of(sxtab16(halves, word), half), static_cast<int16_t>(half_of(halves, half) + byte_of(word, 2 * half)));
      ASSERT_EQ(half_of(sxtab16_second(halves, word), half),
                static_cast<int16_t>(half_of(halves, half) + byte_of(word, 2 * half + 1)));
    }
  }
}

TEST(Simd32, MultipliesHighAndLimits) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const auto a = static_cast<int32_t>(random.next()), b = static_cast<int32_t>(random.next());
    const auto sum = static_cast<int32_t>(random.next());
    const oracle::Wide product = oracle::Wide{a} * b;
    ASSERT_EQ(smmlar(a, b, sum), wrapped(sum + static_cast<int64_t>(oracle::nearest_ties_up(product, 32))));
    ASSERT_EQ(smmla(a, b, sum), wrapped(sum + static_cast<int64_t>(oracle::floor_divide(product, oracle::power(32)))));
    ASSERT_EQ(ssat8(a >> (i % 32)), oracle::between(-128, a >> (i % 32), 127));
  }
}

}  // namespace
}  // namespace mote::simd32
