// Intervals, figures, calibration error and slices against counting by hand.
#include "host/evaluate/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/test/memory_file_system.h"
#include "host/evaluate/slices.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<Judged> judged(uint32_t count, uint32_t right, uint32_t group, double confidence = 0.9) {
  std::vector<Judged> answers;
  for (uint32_t i = 0; i < count; ++i)
    answers.push_back({.truth = 0, .answer = i < right ? 0u : 1u, .group = group, .confidence = confidence});
  return answers;
}

std::vector<Judged> joined(std::vector<Judged> a, const std::vector<Judged>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Wilson, IsThePublishedInterval) {
  const Interval interval = wilson(81, 263);  // Newcombe 1998, table I: 0.2553 to 0.3662
  EXPECT_NEAR(interval.low, 0.2553, 5e-5);
  EXPECT_NEAR(interval.high, 0.3662, 5e-5);
  EXPECT_DOUBLE_EQ(wilson(0, 20).low, 0);  // likewise: 0 to 0.1611
  EXPECT_NEAR(wilson(0, 20).high, 0.1611, 5e-5);
  EXPECT_DOUBLE_EQ(wilson(0, 0).high, 1);
}

TEST(Figures, CountPrecisionRecallAndF1) {
  // Class 0: 3 windows, 2 right; class 1: 1 window, right, but answered twice; class 2: nothing.
  const auto answers = joined(judged(3, 2, 0), {{.truth = 1, .answer = 1}});
  const std::vector<ClassFigures> classes = class_figures({"a", "b", "c"}, answers);
  EXPECT_DOUBLE_EQ(classes[0].precision().value(), 1);
  EXPECT_DOUBLE_EQ(classes[0].recall().value(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(classes[0].f1().value(), 0.8);
  EXPECT_DOUBLE_EQ(classes[1].precision().value(), 0.5);
  EXPECT_FALSE(classes[2].precision() || classes[2].recall() || classes[2].f1());
  EXPECT_DOUBLE_EQ(macro_f1(classes), (0.8 + 2.0 / 3) / 2);
}

TEST(Reliability, IsTheMeanDistanceOverTheWindows) {
  const auto answers = joined(judged(4, 3, 0, 0.9), judged(1, 0, 0, 0.5));
  const Reliability result = reliability(answers);
  EXPECT_NEAR(result.error, 0.8 * (0.9 - 0.75) + 0.2 * 0.5, 1e-12);
  EXPECT_EQ(result.bins.size(), 15u);
  EXPECT_EQ(result.bins[13].windows, 4u);  // (13/15, 14/15] holds 0.9
  EXPECT_EQ(reliability(judged(1, 1, 0, 1.0)).bins[14].windows, 1u);
  EXPECT_EQ(reliability(judged(1, 1, 0, 0.0)).bins[0].windows, 1u);
}

TEST(Figures, ManyGroupsAreCutToTheWorst) {
  std::vector<Slice> slices;
  for (uint32_t i = 0; i < 30; ++i) slices.push_back({.name = "g" + std::to_string(i) + ".", .windows = 100, .right = 70 + i});
  slices[17].right = 5;
  const std::string text = to_text("group", slices);
  EXPECT_THAT(text, HasSubstr("g17."));
  EXPECT_LT(text.find("g17."), text.find("g0."));
  EXPECT_THAT(text, HasSubstr("g22."));
  EXPECT_THAT(text, Not(HasSubstr("g24.")));
  EXPECT_THAT(text, HasSubstr("and 6 more in --json and --html"));
  slices.resize(24);
  const std::string all = to_text("group", slices);
  EXPECT_THAT(all, Not(HasSubstr("more")));
  EXPECT_LT(all.find("g16."), all.find("g17.")) << "few stay in their order";
}

class SlicesTest : public testing::Test {
 protected:
  SlicesTest() {
    dataset_.labels = {"a", "b"};
    dataset_.groups = {"g1", "g2", "g3"};
    // 40 windows at 0.9, 40 at 0.5, and 3 at 0, which are too few.
    answers_ = joined(joined(judged(40, 36, 0), judged(40, 20, 1)), judged(3, 0, 2));
  }
  std::string refusal(const std::string& key) { return slices_by(files_, key, dataset_, answers_).error().line(); }

  MemoryFileSystem files_;
  Dataset dataset_;
  std::vector<Judged> answers_;
};

TEST_F(SlicesTest, TheWorstHasEnoughWindows) {
  const auto tables = slices_by(files_, "group", dataset_, answers_);
  ASSERT_TRUE(tables.ok());
  const auto worst = worst_slice(*tables);
  ASSERT_TRUE(worst);
  EXPECT_EQ(worst->slice.name, "g2");
  EXPECT_TRUE(check_worst_slice(worst, 0.5, "m").ok());
  const auto refused = check_worst_slice(worst, 0.51, "m");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().cause, Cause::gate);
  EXPECT_THAT(refused.error().line(), HasSubstr("'g2'"));
  EXPECT_EQ(check_worst_slice(std::nullopt, 0.5, "m").error().cause, Cause::usage);
}

TEST_F(SlicesTest, ComeFromATable) {
  ASSERT_TRUE(files_.write_text("t.csv", "group,site\ng1,north\ng2,south\ng3,south\ng9,west\n").ok());
  const auto tables = slices_by(files_, "t.csv:site", dataset_, answers_);
  ASSERT_TRUE(tables.ok()) << tables.error().line();
  ASSERT_EQ(tables->front().slices.size(), 2u);
  EXPECT_EQ(tables->front().slices[1].name, "south");
  EXPECT_EQ(tables->front().slices[1].windows, 43u);
  EXPECT_EQ(tables->front().slices[1].right, 20u);
}

TEST_F(SlicesTest, RefuseWhatTheyCannotFind) {
  EXPECT_THAT(refusal("colour"), HasSubstr("no slice key 'colour'"));
  ASSERT_TRUE(files_.write_text("few.csv", "group,site\ng1,north\n").ok());
  EXPECT_THAT(refusal("few.csv"), HasSubstr("no row for the group 'g2'"));
  ASSERT_TRUE(files_.write_text("all.csv", "group,site\ng1,north\ng2,north\ng3,north\n").ok());
  EXPECT_THAT(refusal("all.csv:age"), HasSubstr("age"));
  ASSERT_TRUE(files_.write_text("none.csv", "who,site\ng1,north\n").ok());
  EXPECT_THAT(refusal("none.csv"), HasSubstr("no column 'group'"));
  ASSERT_TRUE(files_.write_text("twice.csv", "group,site\ng1,north\ng1,south\n").ok());
  EXPECT_THAT(refusal("twice.csv"), HasSubstr("twice"));
}

}  // namespace
}  // namespace mote
