// Own recordings: what is read, and how each mistake is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "host/data/export.h"
#include "host/data/source.h"
#include "host/data/table.h"
#include "host/data/test/any_table.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Five samples of "run" and four of "rest", all of ann.
const char* const kGood =
    "who,what,ax,ay\n"
    "ann,run,0.001,0.010\n"
    "ann,run,0.002,-0.010\n"
    "ann,run,0.003,1e-2\n"
    "ann,run,+0.004,0.0104\n"
    "ann,run,0.005,0\n"
    "ann,rest,0,0\n"
    "ann,rest,0,0\n"
    "ann,rest,0,0\n"
    "ann,rest,0,32.767\n";

Result<Dataset> read(const std::string& text, DataConfig config = two_channel_map()) {
  MemoryFileSystem files;
  (void)files.write_text("a.csv", text);
  return load(files, config, Path("a.csv"));
}

TEST(Csv, ReadsWindowsThatLieInOneStretch) {
  const Dataset dataset = read(kGood).value();
  ASSERT_EQ(dataset.count(), 2u);  // a second window of "run" would reach into "rest"
  EXPECT_EQ(dataset.labels, (std::vector<std::string>{"rest", "run"}));
  EXPECT_EQ(dataset.groups, std::vector<std::string>{"ann"});
  EXPECT_EQ(dataset.label_of, (std::vector<uint32_t>{1, 0}));
  EXPECT_THAT(dataset.window(0), testing::ElementsAre(1, 10, 2, -10, 3, 10, 4, 10));
  EXPECT_THAT(dataset.window(1), testing::ElementsAre(0, 0, 0, 0, 0, 0, 0, 32767));
  EXPECT_EQ(dataset.channels[1].name, "y");
  EXPECT_EQ(dataset.channels[1].unit, "g");
}

TEST(Csv, ClassesComeInTheOrderThatIsAskedForAndOthersAreLeftOut) {
  DataConfig config = two_channel_map();
  config.labels = {"jump", "run"};
  const Dataset dataset = read(kGood, config).value();
  EXPECT_EQ(dataset.labels, config.labels);
  EXPECT_EQ(dataset.label_of, std::vector<uint32_t>{1});
  const Result<void> classes = check_classes(dataset);
  ASSERT_FALSE(classes.ok()) << "nobody jumps";
  EXPECT_THAT(classes.error().what, HasSubstr("'jump'"));
  EXPECT_TRUE(check_classes(read(kGood).value()).ok());
}

TEST(Csv, AFileWithoutRowsIsToldOf) {
  MemoryFileSystem files;
  const std::string text = kGood;
  (void)files.write_text("dir/a.csv", text);
  (void)files.write_text("dir/b.csv", text.substr(0, text.find('\n') + 1));
  const auto dataset = load(files, two_channel_map(), Path("dir"));
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(dataset.error().where, "dir/b.csv");
}

TEST(Csv, ReadsOtherSeparatorsQuotesByteOrderMarksAndLineEnds) {
  DataConfig config = two_channel_map();
  config.csv.separator = ";";
  std::string text = kGood;
  for (char& c : text) c = c == ',' ? ';' : c;
  size_t at = 0;
  while ((at = text.find('\n', at)) != std::string::npos) text.replace(at, 1, "\r\n"), at += 2;
  text.replace(0, 3, " \"who\" ");
  const Dataset dataset = read("\xef\xbb\xbf\r\n" + text, config).value();
  EXPECT_EQ(dataset.samples, read(kGood)->samples);
}

TEST(Csv, WithoutAHeaderColumnsAreNumbers) {
  DataConfig config = two_channel_map();
  config.csv.header = false;
  config.csv.channels[0].column = "3", config.csv.channels[1].column = "4";
  config.csv.label = "2", config.csv.group = {"1"};
  const std::string text = kGood;
  EXPECT_EQ(read(text.substr(text.find('\n') + 1), config)->samples, read(kGood)->samples);
}

TEST(Csv, GroupsAreColumnsOrFilesAndStandInNaturalOrder) {
  MemoryFileSystem files;
  for (const char* name : {"m10", "m9", "m1"}) (void)files.write_text(Path("dir") / (std::string(name) + ".csv"), kGood);
  (void)files.write_text("dir/notes.md", "not read");
  DataConfig config = two_channel_map();
  config.csv.group.clear();
  const Dataset dataset = load(files, config, Path("dir")).value();
  EXPECT_EQ(dataset.groups, (std::vector<std::string>{"m1", "m9", "m10"}));
  EXPECT_EQ(dataset.count(), 6u);
  config.csv.group = {"who", "what"};
  EXPECT_EQ(load(files, config, Path("dir"))->groups, (std::vector<std::string>{"ann/rest", "ann/run"}));
}

TEST(Csv, AnEmptyLabelMeansUnlabelledAndABoundaryEndsAWindow) {
  std::string text = kGood;
  size_t at;
  while ((at = text.find("rest")) != std::string::npos) text.replace(at, 4, "");
  EXPECT_EQ(read(text)->count(), 1u);
  DataConfig config = two_channel_map();
  config.csv.boundary = {"ay"};  // changes at every row of "run"
  EXPECT_FALSE(read(kGood, config).ok());
}

TEST(Csv, OneSampleOfALabelThatCountsAnywhereMakesTheWindowsLabel) {
  DataConfig config = two_channel_map();
  config.csv.label_anywhere = "run";
  config.hop = 1;
  std::string text = kGood;
  const Dataset dataset = read(text, config).value();
  ASSERT_EQ(dataset.count(), 6u);  // nine rows, and no end of a stretch between them
  EXPECT_EQ(dataset.labels, (std::vector<std::string>{"rest", "run"}));
  EXPECT_EQ(dataset.label_of, (std::vector<uint32_t>{1, 1, 1, 1, 1, 0}));
  text.replace(text.find("rest"), 4, "");  // not labelled: no window runs over it
  EXPECT_EQ(read(text, config)->count(), 2u);
  config.csv.label_anywhere = "walk";
  EXPECT_EQ(read(kGood, config)->count(), 3u) << "other changes end a stretch";
}

TEST(Csv, AFileWithoutTheLabelsColumnIsOfTheClassThatIsGiven) {
  MemoryFileSystem files;
  (void)files.write_text("dir/a.csv", kGood);
  (void)files.write_text("dir/b.csv", "who,ax,ay\nbob,0,0\nbob,0,0\nbob,0,0\nbob,0,0\n");
  DataConfig config = two_channel_map();
  EXPECT_FALSE(load(files, config, Path("dir")).ok());
  config.csv.label_missing = "rest";
  const Dataset dataset = load(files, config, Path("dir")).value();
  EXPECT_EQ(dataset.label_of, (std::vector<uint32_t>{1, 0, 0}));
  EXPECT_EQ(dataset.groups, (std::vector<std::string>{"ann", "bob"}));
}

TEST(Csv, BlocksOfAFileAreGroupsThatNoWindowRunsOver) {
  DataConfig config = two_channel_map();
  config.csv.group.clear();
  config.csv.label_anywhere = "run";
  config.csv.block = 4;
  const Dataset dataset = read(kGood, config).value();
  EXPECT_EQ(dataset.groups, (std::vector<std::string>{"a/0", "a/1"}));  // the ninth row is too short a block
  EXPECT_EQ(dataset.group_of, (std::vector<uint32_t>{0, 1}));
}

TEST(Csv, ClassesThatAreNotThereAreToldWithThoseThatAre) {
  DataConfig config = two_channel_map();
  config.labels = {"jump", "fly"};
  EXPECT_EQ(read(kGood, config).error().line(),
            "a.csv: holds no window of the classes that data.labels names: jump, fly; name classes that are there: run, rest");
  config.window = 100;
  EXPECT_THAT(read(kGood, config).error().line(), HasSubstr("rows, fewer than a window of 100; make data.window smaller"));
}

// Four rows at these times.
std::string problem_of_times(std::vector<const char*> times, double rate_hz, double unit = 1) {
  std::string text = "who,what,at,ax,ay\n";
  for (const char* time : times) text += "ann,run," + std::string(time) + ",0,0\n";
  DataConfig config = two_channel_map();
  config.csv.time = "at", config.csv.time_unit = unit;
  config.sample_rate_hz = rate_hz;
  const auto dataset = read(text, config);
  return dataset.ok() ? "" : dataset.error().line();
}

TEST(Csv, TimesAreHeldAgainstTheSampleRate) {
  EXPECT_EQ(problem_of_times({"0", "0.02", "0.04", "0.06"}, 50), "");
  EXPECT_EQ(problem_of_times({"0", "0.0215", "0.043", "0.0645"}, 50), "");  // 46.5 Hz
  EXPECT_EQ(problem_of_times({"0", "0.025", "0.05", "0.075"}, 50),
            "a.csv: has 40 Hz by its column 'at', but data.sample_rate_hz is 50 Hz; resample the file, or correct the rate");
  EXPECT_EQ(problem_of_times({"1000", "1020", "1040", "1060"}, 50, 0.001), "");
  EXPECT_THAT(problem_of_times({"1000", "1020", "1040", "1060"}, 50), HasSubstr("has 0.05 Hz"));
  EXPECT_EQ(problem_of_times({"0", "1", "9", "10"}, 1), "") << "a gap is no rate";
  EXPECT_EQ(problem_of_times({"5", "6", "0", "1"}, 1), "") << "nor is another recording's begin";
  EXPECT_EQ(problem_of_times({"2020-02-28 23:59:59", "2020-02-29T00:00:00", "2020-02-29 00:00:01Z", "2020-02-29 00:00:02"}, 1),
            "");
  EXPECT_THAT(problem_of_times({"2021-02-28 23:59:59", "2021-03-01 00:00:00", "2021-03-01 00:00:01", "2021-03-01 00:00:02"}, 2),
              HasSubstr("has 1 Hz by its column 'at', but data.sample_rate_hz is 2 Hz"));
  EXPECT_EQ(problem_of_times({"7", "7", "8", "8", "8"}, 4), "") << "of whole seconds the mean tells";
  EXPECT_THAT(problem_of_times({"7", "7", "7", "7"}, 4), HasSubstr("one time for all rows"));
  for (const char* wrong : {"noon", "", "2020-02-30 00:00:00", "2020-02-28", "nan"})
    EXPECT_THAT(problem_of_times({"0", wrong, "2", "3"}, 1),
                HasSubstr("a.csv:3: column 'at': '" + std::string(wrong) + "' is neither"));
}

struct CsvMistake {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};

class CsvMistakeTest : public testing::TestWithParam<CsvMistake> {};

TEST_P(CsvMistakeTest, IsToldWithFileLineAndColumn) {
  std::string text = kGood;
  text.replace(text.find(GetParam().from), std::string(GetParam().from).size(), GetParam().to);
  const auto dataset = read(text);
  ASSERT_FALSE(dataset.ok());
  EXPECT_THAT(dataset.error().line(), HasSubstr(GetParam().says));
  EXPECT_EQ(dataset.error().cause, Cause::usage);
}

INSTANTIATE_TEST_SUITE_P(
    Every, CsvMistakeTest,
    testing::Values(CsvMistake{"Word", "0.002", "fast", "a.csv:3: column 'ax': 'fast' is not a number"},
                    CsvMistake{"HalfNumber", "0.002", "0.002m", "a.csv:3: column 'ax': '0.002m' is not a number"},
                    CsvMistake{"Empty", "0.002", "", "a.csv:3: column 'ax': '' is not a number"},
                    CsvMistake{"NotANumber", "0.002", "nan", "a.csv:3: column 'ax': 'nan' is not a finite number"},
                    CsvMistake{"Infinite", "1e-2", "-inf", "a.csv:4: column 'ay': '-inf' is not a finite number"},
                    CsvMistake{"Overflow", "1e-2", "1e999", "a.csv:4: column 'ay': '1e999' is not a number"},
                    CsvMistake{"OutOfRange", "32.767", "32.768",
                               "a.csv:10: column 'ay': '32.768' is outside the channel's range of +-32.767 g"},
                    CsvMistake{"Short", "ann,run,0.002,-0.010", "ann,run,0.002", "a.csv:3: has 3 fields, the first row has 4"},
                    CsvMistake{"Long", "-0.010", "-0.010,7", "a.csv:3: has 5 fields, the first row has 4"},
                    CsvMistake{"Quote", "ann,run,0.002", "\"ann,run,0.002", "a.csv:3: a quoted field does not end"},
                    CsvMistake{"NoColumn", "ax", "bx", "a.csv: has no column 'ax'; its columns are: who, what, bx, ay"},
                    CsvMistake{"NoLabel", "what", "which", "a.csv: has no column 'what'"}),
    [](const auto& info) { return info.param.name; });

TEST(Csv, RefusesNothingness) {
  EXPECT_EQ(read("").error().line(), "a.csv: is empty");
  EXPECT_EQ(read("\n \r\n").error().line(), "a.csv: is empty");
  EXPECT_THAT(read("who,what,ax,ay\n").error().line(), HasSubstr("a.csv: holds no row"));
  MemoryFileSystem files;
  (void)files.write_text("dir/a.txt.md", "");
  EXPECT_EQ(load(files, two_channel_map(), Path("dir")).error().line(), "dir: holds no .csv file; check the path");
  EXPECT_THAT(load(files, two_channel_map(), Path("no.csv")).error().line(), HasSubstr("no.csv: cannot be opened"));
}

TEST(Csv, CheckNamesEveryMistake) {
  MemoryFileSystem files;
  std::string text = kGood;
  text.replace(text.find("0.002"), 5, "x");
  text.replace(text.find("1e-2"), 4, "y");
  (void)files.write_text("dir/a.csv", text);
  (void)files.write_text("dir/b.csv", "who,what\nann,run\n");
  (void)files.write_text("dir/c.csv", kGood);
  const Checked checked = check(files, two_channel_map(), Path("dir"), 100);
  EXPECT_FALSE(checked.dataset);
  ASSERT_EQ(checked.problems.size(), 4u);
  EXPECT_EQ(checked.problems[0].where, "dir/a.csv:3");
  EXPECT_EQ(checked.problems[1].where, "dir/a.csv:4");
  EXPECT_THAT(checked.problems[2].what, HasSubstr("no column 'ax'"));
  EXPECT_THAT(checked.problems[3].what, HasSubstr("no column 'ay'"));
  EXPECT_EQ(check(files, two_channel_map(), Path("dir"), 2).problems.size(), 2u);
}

TEST(Csv, ReadsBackWhatTheGeneratorWroteByteForByte) {
  MemoryFileSystem files;
  const vibration::Plan plan = {.seed = 9, .first_machine = 8, .machines = 3, .windows = 2};
  ASSERT_TRUE(export_vibration(files, plan, "out").ok());
  Toml toml = read_toml(files, "out/mote.toml").value();
  const DataConfig config = read_data_config(toml.table("data"));
  ASSERT_TRUE(toml.finish().ok()) << toml.finish().error().line();
  const auto dataset = load(files, config, Path("out"));
  ASSERT_TRUE(dataset.ok()) << dataset.error().line();
  EXPECT_EQ(to_hex(digest(*dataset)), to_hex(digest(vibration::make_dataset(plan))));
}

TEST(CsvMap, ARangeOrAResolutionGivesTheQuantum) {
  const char* const text =
      "[data]\nreader = \"csv\"\nlabel = \"l\"\nwindow = 50\n[[data.channel]]\ncolumn = \"a\"\nrange = 16\n"
      "[[data.channel]]\ncolumn = \"b\"\nname = \"other\"\nunit = \"g\"\nresolution = 0.5\n";
  Toml toml = parse_toml(text, "map.toml").value();
  const DataConfig config = read_data_config(toml.table("data"));
  ASSERT_TRUE(toml.finish().ok());
  EXPECT_DOUBLE_EQ(config.csv.channels[0].quantum, 16.0 / 32767);
  EXPECT_EQ(config.csv.channels[0].name, "a");
  EXPECT_EQ(config.csv.channels[1].quantum, 0.5);
  EXPECT_EQ(config.csv.channels[1].name, "other");
  EXPECT_EQ(config.hop, 25u);
}

TEST(CsvMap, RefusesChannelsThatSayTooLittleOrTooMuch) {
  const auto problem = [](const std::string& data) {
    Toml toml = parse_toml("[data]\nreader = \"csv\"\n" + data, "map.toml").value();
    (void)read_data_config(toml.table("data"));
    const auto finished = toml.finish();
    return finished.ok() ? std::string() : finished.error().line();
  };
  EXPECT_THAT(problem("label = \"l\"\n"), HasSubstr("a CSV map needs [[data.channel]] tables"));
  EXPECT_THAT(problem("label = \"l\"\n[[data.channel]]\ncolumn = \"a\"\n"), HasSubstr("needs one of 'range'"));
  EXPECT_THAT(problem("label = \"l\"\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\nresolution = 1\n"), HasSubstr("needs one of"));
  EXPECT_THAT(problem("[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"), HasSubstr("'data.label' is missing"));
  EXPECT_THAT(problem("label = \"l\"\nseparator = \";;\"\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"),
              HasSubstr("is not one character"));
  EXPECT_THAT(problem("label = \"l\"\ntime = \"t\"\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"),
              HasSubstr("is held against sample_rate_hz, which is missing"));
  EXPECT_THAT(problem("label = \"l\"\ntime_unit = 0.001\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"),
              HasSubstr("is of the column 'time', which is missing"));
  EXPECT_THAT(problem("label = \"l\"\nblock = 5\ngroup = [\"g\"]\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"),
              HasSubstr("which make groups too"));
  EXPECT_THAT(
      problem("label = \"l\"\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n[[data.channel]]\ncolumn = \"a\"\nrange = 1\n"),
      HasSubstr("a name that another has"));
}

TEST(Csv, SurvivesTenThousandMutations) {
  Random random(5);
  const std::string good = kGood;
  for (int i = 0; i < 10000; ++i) {
    std::string text = good;
    for (uint64_t k = 0; k <= random.below(4); ++k) {
      const size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = static_cast<char>(random.next());
          break;
        case 1:
          text.erase(at, random.below(9));
          break;
        case 2:
          text.insert(at, 1, ",\n\"\r\0-e"[random.below(7)]);
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) break;
    }
    read_any_csv(view_of(text));
  }
}

}  // namespace
}  // namespace mote
