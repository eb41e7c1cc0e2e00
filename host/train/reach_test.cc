// Windows at the ends of what sensors deliver.
#include "host/train/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(Reach, EachEndOfAChannelIsAWindowMore) {
  std::vector<int16_t> calibration = {1, 2, 3, 4, 5, 6, 7, 8};  // two windows of two samples of two channels
  add_reach({{"x", "x", "g", 0.5, -10.0, std::nullopt}, {"y", "y", "V", 0.001, -1.0, 100.0}}, 4, calibration);
  EXPECT_THAT(calibration, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, -20, 2, -20, 4, 5, -1000, 7, -1000, 1, 32767, 3, 32767));
}

TEST(Reach, ChannelsWithoutEndsAddNothing) {
  std::vector<int16_t> calibration = {1, 2};
  add_reach({{"x", "x", "g", 1, std::nullopt, std::nullopt}}, 2, calibration);
  EXPECT_EQ(calibration.size(), 2u);
}

}  // namespace
}  // namespace mote
