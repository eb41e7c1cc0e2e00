// strided_place against its definition, in elements of each width.
#include "device/kernels/strided_place/strided_place.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_strided.h"

namespace mote {
namespace {

template <typename T>
class StridedPlace : public testing::Test {};
using Widths = testing::Types<uint8_t, uint16_t, uint32_t>;
TYPED_TEST_SUITE(StridedPlace, Widths);

TYPED_TEST(StridedPlace, O18_WritesWhatTheStridesNameAndNothingElse) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const DrawnStrided drawn(random);
    const auto part = draw_bits<TypeParam>(random, drawn.dense);
    auto output = draw_bits<TypeParam>(random, drawn.count + 1);
    auto expected = output;
    const auto places = drawn.places();
    for (uint32_t at = 0; at < drawn.dense; ++at) expected[places[at]] = part[at];
    strided_place_reference(drawn.strided, part.data(), output.data());
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

}  // namespace
}  // namespace mote
