// Maximum and minimum by words and by Helium against the plain ones.
#include "device/kernels/extremes.h"

#include <gtest/gtest.h>

#include "device/kernels/maximum/maximum.h"
#include "device/kernels/minimum/minimum.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

using Choose = void (*)(const int8_t*, const int8_t*, uint32_t, int8_t*);
struct Pair {
  Choose fast, plain;
};

class Extremes : public testing::TestWithParam<Pair> {};

TEST_P(Extremes, O22_EqualThePlainOnesAlsoOverAnInput) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const auto count = static_cast<uint32_t>(draw(random, 0, 70));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> expected(count + 1, 77), output = expected;
    GetParam().plain(first.data(), second.data(), count, expected.data());
    GetParam().fast(first.data(), second.data(), count, output.data());
    ASSERT_EQ(output, expected);
    std::vector<int8_t> over = i % 2 == 0 ? first : second;
    GetParam().fast(i % 2 == 0 ? over.data() : first.data(), i % 2 == 0 ? second.data() : over.data(), count, over.data());
    over.push_back(77);
    ASSERT_EQ(over, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, Extremes,
                         testing::Values(Pair{larger_by_words, maximum_reference}, Pair{smaller_by_words, minimum_reference},
                                         Pair{armv8_1_m_mve::larger_of, maximum_reference},
                                         Pair{armv8_1_m_mve::smaller_of, minimum_reference}));

}  // namespace
}  // namespace mote
