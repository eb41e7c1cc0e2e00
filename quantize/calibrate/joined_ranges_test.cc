// Which values end up with one range.
#include "quantize/calibrate/joined_ranges.h"

#include <gtest/gtest.h>

#include "quantize/test/graphs.h"

namespace mote {
namespace {

struct Ranges {
  Graph graph;
  Calibration calibration;

  // Value i was seen within [-i, 10 * i].
  explicit Ranges(const std::string& text) : graph(test::parsed("mote-graph 1\n" + text)) {
    calibration.values.resize(graph.values.size());
    for (size_t i = 0; i < graph.values.size(); ++i) {
      calibration.values[i].low = -static_cast<float>(i);
      calibration.values[i].high = 10 * static_cast<float>(i);
    }
    join_ranges(graph, calibration);
  }
  std::pair<float, float> of(ValueId id) const { return {calibration.values[id].low, calibration.values[id].high}; }
};

using Pair = std::pair<float, float>;

const std::string kJoined = R"(
  %0 = input float32[1,1,4,2]
  %1 = clamp(%0) clamp=[0,none]
  %2 = max_pool_2d(%0) filter=[1,1]
  %3 = fill() : float32[1,1,8,2]
  %4 = strided_place(%3, %1) numbers=[1,1,1,0,0,0,1,0]
  %5 = strided_place(%4, %2) numbers=[1,1,1,0,0,0,1,8]
)";

TEST(JoinedRanges, PartsTakeTheRangeOfTheWhole) {
  const Ranges ranges(kJoined + "return %5");
  // the whole spans both parts and the fill; the pool, which keeps the range of its input, takes it, but not that input, which is
  // read twice
  for (const ValueId id : {1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(ranges.of(id), (Pair{-3, 30})) << id;
  EXPECT_EQ(ranges.of(0), (Pair{0, 0}));
}

TEST(JoinedRanges, APartThatIsReadElsewhereKeepsItsOwn) {
  const Ranges ranges(kJoined + R"(
    %6 = constant float32[1,1,1,1] { -50 }
    %7 = minimum(%1, %6)
    return %5, %7)");
  EXPECT_EQ(ranges.of(1), (Pair{-1, 10}));
  EXPECT_EQ(ranges.of(5), (Pair{-3, 30}));
  EXPECT_EQ(ranges.of(7), (Pair{-7, 70}));
}

TEST(JoinedRanges, OperandsOfAMinimumTakeThatOfItsOutput) {
  const Ranges ranges(R"(
    %0 = input float32[1,1,4,2]
    %1 = clamp(%0) clamp=[0,none]
    %2 = reshape(%1) : float32[1,1,1,8]
    %3 = constant float32[1,1,1,1] { 4 }
    %4 = minimum(%2, %3)
    return %4)");
  for (const ValueId id : {1u, 2u, 4u}) EXPECT_EQ(ranges.of(id), (Pair{-4, 40})) << id;
}

TEST(JoinedRanges, TheLowestNumberThereIsDoesNotCount) {
  // the bits of the lowest float, and of 64
  const auto filled = [](const char* bits) {
    return Ranges("%0 = input float32[1,1,4,2]\n%1 = clamp(%0)\n%2 = clamp(%0)\n%3 = fill() numbers=[" + std::string(bits) +
                  ",0,0,0,0,0,0,0] : float32[1,1,8,2]\n%4 = strided_place(%3, %2) numbers=[1,1,1,0,0,0,1,0]\nreturn %4");
  };
  EXPECT_EQ(filled("-8388609").of(4), (Pair{-2, 20}));
  EXPECT_EQ(filled("1115684864").of(4), (Pair{-3, 30}));  // as calibration saw the fill
}

}  // namespace
}  // namespace mote
