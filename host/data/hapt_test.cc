// Recordings in the HAPT form: made ones, broken ones, and the real ones where they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"
#include "base/test/shared_data.h"
#include "host/data/source.h"
#include "host/data/test/any_table.h"

namespace mote {
namespace {

using testing::HasSubstr;

DataConfig short_windows() {
  DataConfig config;
  config.window = 8;
  config.hop = 4;
  return config;
}

TEST(Hapt, CutsWindowsInsideSegmentsOfTheWantedActivities) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  const Dataset dataset = load(files, short_windows(), Path("hapt")).value();
  EXPECT_EQ(dataset.labels, (std::vector<std::string>{"WALKING", "SITTING", "LAYING"}));  // no transition
  EXPECT_EQ(dataset.groups, (std::vector<std::string>{"user02", "user40"}));
  // user40: 20 samples of walking give 4 windows, 8 of lying 1, 7 of sitting none. user02: 30 samples of sitting give 6.
  EXPECT_EQ(dataset.label_of, (std::vector<uint32_t>{0, 0, 0, 0, 2, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(dataset.group_of, (std::vector<uint32_t>{1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(dataset.window(1)[0], 4 * 6);   // the second begins a hop later
  EXPECT_EQ(dataset.window(4)[0], 44 * 6);  // sample 45, counted from 1
  EXPECT_EQ(dataset.window(10)[47], -100 + 38 * 6 - 1);
  EXPECT_DOUBLE_EQ(dataset.channels[0].quantum, 1.0 / 720);
  EXPECT_DOUBLE_EQ(dataset.channels[5].quantum, 0.00061086524);
}

TEST(Hapt, KeepsTheOrderOfClassesThatAFolderLacks) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  DataConfig config = short_windows();
  config.labels = {"LAYING", "FLYING", "WALKING"};
  const Dataset dataset = load(files, config, Path("hapt")).value();
  EXPECT_EQ(dataset.labels, config.labels);
  EXPECT_EQ(dataset.label_of, (std::vector<uint32_t>{2, 2, 2, 2, 0}));
}

TEST(Hapt, ClassesThatAreNotThereAreToldWithThoseThatAre) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  DataConfig config = short_windows();
  config.labels = {"FLYING"};
  EXPECT_THAT(load(files, config, Path("hapt")).error().line(),
              HasSubstr("hapt/activity_labels.csv: holds no window of the classes that data.labels names: FLYING; "
                        "name classes that are there: WALKING, "));
}

TEST(Hapt, IsKnownByItsTable) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  EXPECT_EQ(detect(files, "hapt")->reader, Reader::hapt);
  EXPECT_EQ(detect(files, "none").error().line(), "none: does not exist; check the path");
  (void)files.write_text("csv/a.csv", "x");
  EXPECT_THAT(detect(files, "csv").error().line(), HasSubstr("csv: is not a folder with an experiments.csv"));
}

struct HaptMistake {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  const char* says;
};

class HaptMistakeTest : public testing::TestWithParam<HaptMistake> {};

TEST_P(HaptMistakeTest, IsToldWithItsPlace) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  const Path path = Path("hapt") / GetParam().file;
  std::string text = files.read_text(path).value();
  text.replace(text.find(GetParam().from), std::string(GetParam().from).size(), GetParam().to);
  (void)files.write_text(path, text);
  const auto dataset = load(files, short_windows(), Path("hapt"));
  ASSERT_FALSE(dataset.ok());
  EXPECT_THAT(dataset.error().line(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Every, HaptMistakeTest,
    testing::Values(HaptMistake{"NoColumn", "labels.csv", "activity", "act", "hapt/labels.csv: has no column 'activity'"},
                    HaptMistake{"Word", "labels.csv", "1,20", "one,20",
                                "hapt/labels.csv:2: column 'first_sample': 'one' is not a whole number"},
                    HaptMistake{"FromZero", "labels.csv", "1,20", "0,20", "'0' is outside 1 to"},
                    HaptMistake{"PastTheEnd", "labels.csv", "53,59", "53,61",
                                "the segment 53 to 61 is not within the 60 samples of exp01_user40.i16"},
                    HaptMistake{"Backwards", "labels.csv", "45,52", "52,45", "the segment 52 to 45 is not within"},
                    HaptMistake{"NoSuchActivity", "labels.csv", "1,40,6", "1,40,9",
                                "hapt/labels.csv:4: activity 9 is not in activity_labels.csv"},
                    HaptMistake{"NoSuchExperiment", "labels.csv", "2,2,4", "3,2,4",
                                "labels experiment 3 of user 2, which experiments.csv does not have"},
                    HaptMistake{"OtherLength", "experiments.csv", "40,60", "40,61",
                                "exp01_user40.i16: has 720 bytes, but hapt/experiments.csv:2 says 61 samples"},
                    HaptMistake{"OtherFolder", "experiments.csv", "exp01", "../exp01",
                                "is not the name of a file in this folder"},
                    HaptMistake{"NoFile", "experiments.csv", "exp01", "exp03", "hapt/exp03_user40.i16: cannot be opened"}),
    [](const auto& info) { return info.param.name; });

TEST(Hapt, SurvivesMutationsOfEveryFile) {
  MemoryFileSystem good;
  make_hapt_folder(good);
  Random random(6);
  for (const char* name : {"activity_labels.csv", "experiments.csv", "labels.csv", "exp01_user40.i16"}) {
    for (int i = 0; i < 1500; ++i) {
      Bytes bytes = good.files[Path("hapt") / name];
      for (uint64_t k = 0; k <= random.below(3); ++k) bytes[random.below(bytes.size())] = "0123456789,\n-x"[random.below(14)];
      if (i % 4 == 0) bytes.resize(random.below(bytes.size()));
      read_any_hapt(name, bytes);
    }
  }
}

TEST(Hapt, FindsTheWindowsThatTheRealRecordingsHave) {
  const Path found = shared_data("har-hapt");
  if (found.empty()) GTEST_SKIP() << "skipped: the HAPT recordings are not here";
  DiskFileSystem files;
  const auto dataset = load(files, DataConfig{}, found);
  ASSERT_TRUE(dataset.ok()) << dataset.error().line();
  std::vector<int> counts(6, 0);
  for (const uint32_t label : dataset->label_of) ++counts[label];
  EXPECT_EQ(counts, (std::vector<int>{1226, 1073, 987, 1293, 1423, 1413}));
  EXPECT_EQ(dataset->groups.size(), 21u);
}

}  // namespace
}  // namespace mote
