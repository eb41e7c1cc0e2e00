// Importance of channels and of stretches of time, where it is known what tells the class.
#include "host/evaluate/importance.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "host/evaluate/test/planted.h"

namespace mote {
namespace {

class ImportanceTest : public testing::Test {
 protected:
  Importance importance_of(const ImportanceOptions& options = {}) {
    LoadedModel model = LoadedModel::open(planted_.model(), "planted").value();
    return importance(model, planted_.dataset, {}, planted_.windows, options, progress_);
  }

  test::Planted planted_{400};
  NoProgress progress_;
};

TEST_F(ImportanceTest, RanksChannelsByWhatTheyTell) {
  const Importance found = importance_of();
  ASSERT_EQ(found.channels.size(), 3u);
  EXPECT_EQ(found.accuracy, 1);
  EXPECT_EQ(found.channels[0].name, "x");
  EXPECT_GT(found.channels[0].drop, 0.2) << "half of the windows get the x of another class, and z saves half of those at most";
  EXPECT_LT(found.channels[2].drop, found.channels[0].drop);
  EXPECT_NEAR(found.channels[1].drop, 0, 0.005) << "y tells nothing";
  EXPECT_EQ(found.channels[1].spread, 0);
  EXPECT_GT(found.channels[0].spread, 0);
  EXPECT_TRUE(found.features.empty()) << "the model's input is the channels";
}

TEST_F(ImportanceTest, IsTheSameForOneSeedAndAnotherForAnother) {
  const std::string first = to_json(importance_of()).dump();
  EXPECT_EQ(to_json(importance_of()).dump(), first);
  EXPECT_NE(importance_of({.seed = 2}).channels[0].drop, importance_of().channels[0].drop);
  EXPECT_EQ(importance_of({.repeats = 1}).channels[0].spread, 0);
}

TEST_F(ImportanceTest, FindsTheSegmentInWhichTheClassIsSeen) {
  const Importance found = importance_of();
  ASSERT_EQ(found.time.size(), 16u);
  const auto worst = std::max_element(found.time.begin(), found.time.end(), [](const Occlusion& a, const Occlusion& b) {
    return a.probability_drop < b.probability_drop;
  });
  EXPECT_EQ(worst->first, 20u);
  EXPECT_EQ(worst->end, 22u);
  EXPECT_GT(worst->probability_drop, 0.05);
  for (const Occlusion& one : found.time) {
    if (one.first == 20 || one.first == 4) continue;
    EXPECT_EQ(one.accuracy_drop, 0) << one.first;
    EXPECT_LT(one.probability_drop, worst->probability_drop / 5) << one.first;
  }
  ASSERT_EQ(found.map.size(), 3u);
  EXPECT_NEAR(found.map[0][10].probability_drop, worst->probability_drop, 0.01) << "of x, segment 10 is steps 20 and 21";
  EXPECT_GT(found.map[2][2].probability_drop, 10 * std::abs(found.map[0][2].probability_drop)) << "of z, steps 4 and 5";
  EXPECT_LT(std::abs(found.map[1][10].probability_drop), 0.01);
}

// Few windows are taken at even distances, not the first ones.
TEST_F(ImportanceTest, TakesWindowsFromAllOfThem) {
  std::fill(planted_.dataset.label_of.begin() + 200, planted_.dataset.label_of.end(), 0);
  const Importance found = importance_of({.most_windows = 57});
  EXPECT_EQ(found.windows, 57u);
  EXPECT_NEAR(found.accuracy, 0.75, 0.1) << "the second half is right every other time";
}

}  // namespace
}  // namespace mote
