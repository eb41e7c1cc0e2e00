// Digests, the order of groups, splits, folds and descriptions.
#include "host/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "host/data/describe.h"
#include "host/data/split.h"
#include "host/data/vibration.h"

namespace mote {
namespace {

using testing::HasSubstr;

Dataset with_groups(uint32_t groups) {
  return vibration::make_dataset({.seed = 1, .first_machine = 0, .machines = groups, .windows = 1});
}

TEST(Digest, ChangesWithEverythingThatADataSetIs) {
  const Dataset dataset = with_groups(2);
  std::set<std::string> digests = {to_hex(digest(dataset))};
  EXPECT_EQ(to_hex(digest(with_groups(2))), *digests.begin());
  const auto changed = [&](auto change) {
    Dataset copy = dataset;
    change(copy);
    return digests.insert(to_hex(digest(copy))).second;
  };
  EXPECT_TRUE(changed([](Dataset& d) { d.samples[100] ^= 1; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.label_of[3] ^= 1; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.group_of[3] ^= 1; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.labels[0] += "x"; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.groups[0] += "x"; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.channels[0].quantum *= 2; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.channels[0].unit = "m/s2"; }));
  EXPECT_TRUE(changed([](Dataset& d) { std::swap(d.channels[0].name, d.channels[0].unit); }));
  EXPECT_TRUE(changed([](Dataset& d) { d.sample_rate_hz = 1; }));
  EXPECT_TRUE(changed([](Dataset& d) { d.window_samples = 64; }));
}

TEST(Groups, StandInNaturalOrder) {
  std::vector<std::string> names = {"user10", "user2", "b", "user02", "user1/x10", "user1/x9", "user", "a1b2", "a1b10"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_EQ(names,
            (std::vector<std::string>{"a1b2", "a1b10", "b", "user", "user1/x9", "user1/x10", "user02", "user2", "user10"}));
}

TEST(Split, DrawsGroupsWithItsSeedAndNeverOneTwice) {
  const Dataset dataset = with_groups(10);
  const SplitConfig config = {.validation_groups = 2, .test_groups = 3, .seed = 4};
  const Split split = make_split(dataset, config).value();
  EXPECT_EQ(split.validation.size(), 2u);
  EXPECT_EQ(split.test.size(), 3u);
  std::set<uint32_t> groups;
  for (const auto* part : {&split.train, &split.validation, &split.test}) groups.insert(part->begin(), part->end());
  EXPECT_EQ(groups.size(), 10u);
  EXPECT_EQ(make_split(dataset, config)->test, split.test);
  SplitConfig other = config;
  other.seed = 5;
  EXPECT_NE(make_split(dataset, other)->test, split.test);
  // No window is on two sides.
  std::set<uint32_t> windows;
  for (const auto* part : {&split.train, &split.validation, &split.test})
    for (const uint32_t window : windows_of(dataset, *part)) EXPECT_TRUE(windows.insert(window).second);
  EXPECT_EQ(windows.size(), dataset.count());
}

TEST(Split, TakesListsAsTheyAre) {
  const Dataset dataset = with_groups(5);
  const Split split = make_split(dataset, {.validation = {"machine04"}, .test = {"machine01", "machine00"}}).value();
  EXPECT_EQ(split.train, (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(split.validation, std::vector<uint32_t>{4});
  EXPECT_EQ(split.test, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(make_split(dataset, {.train = {"machine02"}, .validation = {"machine04"}})->train, std::vector<uint32_t>{2});
}

TEST(Split, RefusesWhatCannotBe) {
  const Dataset dataset = with_groups(3);
  const auto problem = [&](const SplitConfig& config) { return make_split(dataset, config).error().line(); };
  EXPECT_THAT(problem({.validation = {"machine09"}}), HasSubstr("names the group 'machine09', which the data do not have"));
  EXPECT_THAT(problem({.validation = {"machine01"}, .test = {"machine01"}}), HasSubstr("'machine01' twice"));
  EXPECT_THAT(problem({.validation_groups = 2, .test_groups = 2}), HasSubstr("asks for 2 groups of 1 that no list names; there are 3"));
  EXPECT_THAT(problem({.validation_groups = 2, .test_groups = 1}), HasSubstr("no group to train on"));
  EXPECT_THAT(problem({.test_groups = 1}), HasSubstr("no group to validate on"));
}

TEST(Folds, TestOnEveryGroupOnceAndValidateOnTheNext) {
  const Dataset dataset = with_groups(21);
  std::vector<uint32_t> tested;
  for (uint32_t fold = 0; fold < 7; ++fold) {
    const Split split = make_fold(dataset, 7, fold).value();
    EXPECT_EQ(split.test, (std::vector<uint32_t>{3 * fold, 3 * fold + 1, 3 * fold + 2}));
    EXPECT_EQ(split.validation[0], (3 * fold + 3) % 21);
    EXPECT_EQ(split.train.size(), 15u);
    EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
    tested.insert(tested.end(), split.test.begin(), split.test.end());
  }
  EXPECT_EQ(tested.size(), 21u);
  size_t uneven = 0;
  for (uint32_t fold = 0; fold < 4; ++fold) uneven += make_fold(dataset, 4, fold)->test.size();
  EXPECT_EQ(uneven, 21u);
  EXPECT_FALSE(make_fold(dataset, 2, 0).ok());
  EXPECT_EQ(make_fold(dataset, 22, 0).error().line(), "--folds: 22 folds cannot be made of 21 groups; give 3 to 21");
}

TEST(Description, CountsWindowsAndMeasuresChannels) {
  Dataset dataset = with_groups(2);
  dataset.samples[0] = INT16_MAX;
  const Description description = describe(dataset);
  EXPECT_EQ(description.windows, 10u);
  EXPECT_EQ(description.counts, (std::vector<std::vector<uint32_t>>(2, std::vector<uint32_t>(5, 1))));
  EXPECT_EQ(description.channels[0].most, INT16_MAX);
  EXPECT_EQ(description.channels[0].clipped, 1u);
  EXPECT_EQ(description.channels[1].clipped, 0u);
  const Json json = to_json(description);
  EXPECT_EQ(json["groups"]["machine01"]["stopped"], 1);
  EXPECT_EQ(json["hash"], to_hex(digest(dataset)));
  EXPECT_THAT(to_text(description), HasSubstr("machine00         1         1         1         1         1         5\n"));
  const SplitDescription split = describe(dataset, {.train = {0}, .validation = {1}, .test = {}});
  EXPECT_EQ(to_json(split)["validation"]["windows"]["normal"], 1);
  EXPECT_THAT(to_text(split), HasSubstr("train: machine00"));
}

}  // namespace
}  // namespace mote
