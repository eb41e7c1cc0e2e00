// Images in IDX files, sound in WAV files, and recordings that follow each other in a CSV file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/gunzip.h"
#include "base/random.h"
#include "base/test/gzip.h"
#include "host/data/source.h"
#include "host/data/split.h"
#include "host/data/test/any_recording.h"
#include "host/data/wav_file.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DataConfig config_of(const std::string& text) {
  Toml toml = parse_toml(text, "a.toml").value();
  DataConfig config = read_data_config(toml.table("data"));
  const auto finished = toml.finish();
  EXPECT_TRUE(finished.ok()) << finished.error().line();
  return config;
}

class IdxTest : public testing::Test {
 protected:
  IdxTest() {
    files_.files["d/train-images-idx3-ubyte.gz"] = gzip(make_idx_images(5, 2, 3));
    files_.files["d/train-labels-idx1-ubyte.gz"] = gzip(make_idx_labels({2, 0, 1, 1, 2}));
    files_.files["d/test-images-idx3-ubyte"] = make_idx_images(2, 2, 3);
    files_.files["d/test-labels-idx1-ubyte"] = make_idx_labels({1, 0});
  }
  std::string problem() { return load(files_, config_, "d").error().line(); }

  MemoryFileSystem files_;
  DataConfig config_ = config_of("[data]\nreader = \"idx\"\nblock = 2\n");
};

TEST_F(IdxTest, ReadsImagesInBlocksThatSplitByName) {
  const auto dataset = load(files_, config_, "d");
  ASSERT_TRUE(dataset.ok()) << dataset.error().line();
  EXPECT_EQ(dataset->count(), 7u);
  EXPECT_EQ(dataset->height, 2u);
  EXPECT_EQ(dataset->window_samples, 6u);
  EXPECT_THAT(dataset->labels, ElementsAre("0", "1", "2"));
  EXPECT_THAT(dataset->groups, ElementsAre("test/0", "train/0", "train/1", "train/2"));
  EXPECT_THAT(dataset->label_of, ElementsAre(1, 0, 2, 0, 1, 1, 2));
  EXPECT_THAT(dataset->group_of, ElementsAre(0, 0, 1, 1, 2, 2, 3));
  EXPECT_EQ(dataset->window(6)[5], (29 * 7) % 256);  // a byte is not negative
  const Split split = make_split(*dataset, {.train = {}, .validation = {"train/2"}, .test = {"test*"}}).value();
  EXPECT_THAT(split.test, ElementsAre(0));
  EXPECT_THAT(split.train, ElementsAre(1, 2));
  EXPECT_THAT(make_split(*dataset, {.test = {"dev*"}, .validation_groups = 1}).error().line(), HasSubstr("no group begins so"));
  EXPECT_THAT(make_split(*dataset, {.validation = {"train/1"}, .test = {"train*", "train/1"}}).error().line(),
              HasSubstr("twice"));
}

TEST_F(IdxTest, TheShapeIsPartOfTheHash) {
  Dataset dataset = load(files_, config_, "d").value();
  const Digest before = digest(dataset);
  dataset.height = 3;
  EXPECT_NE(digest(dataset), before);
}

TEST_F(IdxTest, SaysWhatIsWrong) {
  files_.files["d/test-labels-idx1-ubyte"] = make_idx_labels({1});
  EXPECT_THAT(problem(), HasSubstr("has 1 labels for 2 images"));
  files_.files.erase("d/test-labels-idx1-ubyte");
  EXPECT_THAT(problem(), HasSubstr("d/test-labels-idx1-ubyte: cannot be opened"));
  files_.files["d/test-images-idx3-ubyte"].pop_back();
  EXPECT_THAT(problem(), HasSubstr("its header says 2 times 2 by 3"));
  files_.files["d/test-images-idx3-ubyte"] = Bytes(3, 7);
  EXPECT_THAT(problem(), HasSubstr("is no IDX file"));
  files_.files["d/test-images-idx3-ubyte"] = make_idx_images(2, 3, 2);
  files_.files["d/test-labels-idx1-ubyte"] = make_idx_labels({1, 0});
  EXPECT_THAT(problem(), HasSubstr("images of another size"));
  files_.files["d/test-images-idx3-ubyte"] = make_idx_images(2, 2, 3);
  config_.labels = {"a", "b"};
  EXPECT_THAT(problem(), HasSubstr("label 0 is 2, but data.labels names 2 classes"));
  files_.files.clear();
  files_.files["d/other"] = Bytes();
  EXPECT_THAT(problem(), HasSubstr("holds no file NAME-images-idx3-ubyte"));
}

TEST(Gunzip, GivesBackWhatWasPackedAndRefusesTheRest) {
  Bytes bytes(300000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * i >> 7);
  Bytes packed = gzip(bytes);
  EXPECT_EQ(gunzip(packed, bytes.size(), "f").value(), bytes);
  EXPECT_THAT(gunzip(packed, bytes.size() - 1, "f").error().line(), HasSubstr("unpacks to more than"));
  EXPECT_EQ(gunzip(gzip(Bytes()), 10, "f")->size(), 0u);
  packed.resize(packed.size() / 2);
  EXPECT_THAT(gunzip(packed, bytes.size(), "f").error().line(), HasSubstr("damaged"));
  EXPECT_FALSE(gunzip(bytes, bytes.size(), "f").ok());
}

class WavTest : public testing::Test {
 protected:
  WavTest() {
    files_.files["d/yes/0a_nohash_0.wav"] = make_wav(8000, 1, {1, 2, 3, 4, 5});
    files_.files["d/yes/0a_nohash_1.wav"] = make_wav(8000, 1, {6, 7, 8, -9});
    files_.files["d/other/bed_0a_nohash_0.wav"] = make_wav(8000, 1, {1, 1, 1, 1, 2, 2, 2, 2});
    files_.files["d/other/hum.wav"] = make_wav(8000, 1, {3, 3, 3, 3});
    files_.files["d/README"] = Bytes(1, 7);
  }
  std::string problem() { return load(files_, config_, "d").error().line(); }

  MemoryFileSystem files_;
  DataConfig config_ = config_of("[data]\nreader = \"wav\"\nwindow = 4\ngroup_before = \"_nohash_\"\n");
};

TEST_F(WavTest, AFolderIsAClassAndTheSpeakerTheGroup) {
  const auto dataset = load(files_, config_, "d");
  ASSERT_TRUE(dataset.ok()) << dataset.error().line();
  EXPECT_THAT(dataset->labels, ElementsAre("other", "yes"));
  EXPECT_THAT(dataset->groups, ElementsAre("0a", "other/hum"));
  EXPECT_EQ(dataset->sample_rate_hz, 8000);
  EXPECT_THAT(dataset->label_of, ElementsAre(0, 0, 0, 1, 1));
  EXPECT_THAT(dataset->group_of, ElementsAre(0, 0, 1, 0, 0));
  EXPECT_THAT(dataset->window(4), ElementsAre(6, 7, 8, -9));
}

TEST_F(WavTest, SaysWhatIsWrong) {
  files_.files["d/yes/0a_nohash_1.wav"] = make_wav(16000, 1, {1, 2, 3, 4});
  EXPECT_THAT(problem(), HasSubstr("d/yes/0a_nohash_1.wav: has a sample rate of 16000 Hz instead of 8000"));
  files_.files["d/yes/0a_nohash_1.wav"] = make_wav(8000, 2, {1, 2, 3, 4});
  EXPECT_THAT(problem(), HasSubstr("another number of channels"));
  files_.files["d/yes/0a_nohash_1.wav"] = make_wav(8000, 1, {1, 2, 3});
  EXPECT_THAT(problem(), HasSubstr("has 3 samples, fewer than a window of 4"));
  config_.wav.pad = true;
  EXPECT_THAT(load(files_, config_, "d")->window(4), ElementsAre(1, 2, 3, 0));
  files_.files["d/yes/0a_nohash_1.wav"].pop_back();
  EXPECT_THAT(problem(), HasSubstr("a chunk ends behind the file's end"));
  files_.files["d/yes/0a_nohash_1.wav"] = make_wav(8000, 1, {1, 2, 3, 4}, 8);
  EXPECT_THAT(problem(), HasSubstr("is no WAV file of 16-bit PCM"));
  files_.files["d/yes/0a_nohash_1.wav"] = Bytes(3, 7);
  EXPECT_THAT(problem(), HasSubstr("is no WAV file"));
  config_.sample_rate_hz = 44100;
  EXPECT_THAT(problem(), HasSubstr("8000 Hz instead of 44100"));
}

TEST_F(WavTest, NamesTheFolderOfAClassThatIsNotThere) {
  config_.labels = {"maybe", "never"};
  EXPECT_EQ(problem(),
            "d/maybe: holds no window of the classes that data.labels names: maybe, never; "
            "name classes that are there: other, yes");
  config_.labels = {"maybe", "yes"};  // evaluation needs no window of each
  EXPECT_TRUE(load(files_, config_, "d").ok());
  files_.files.clear();
  files_.files["d/README"] = Bytes(1, 7);
  EXPECT_THAT(problem(), HasSubstr("d: holds no folder with .wav files"));
}

TEST(WavFile, SurvivesAnyDamage) {
  const Bytes whole = make_wav(8000, 1, {1, 2, 3, 4, 5, 6});
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    Bytes damaged = whole;
    for (uint64_t k = 0; k <= random.below(3); ++k) damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    if (i % 3 == 0) damaged.resize(random.below(damaged.size()));
    const auto parsed = parse_wav(damaged, "f");
    EXPECT_TRUE(!parsed.ok() || parsed->samples.size() * 2 <= damaged.size());
  }
}

TEST(CsvRecordings, FollowEachOtherAndTheFileNamesTheClass) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.write_text("d/circle.csv", "x\n1\n2\n3\n4\n5\n6\n").ok());
  ASSERT_TRUE(files.write_text("d/wave.csv", "x\n7\n8\n9\n").ok());
  DataConfig config = config_of(R"(
[data]
reader = "csv"
window = 3
label_is_file = true
recording = 3
[[data.channel]]
column = "x"
resolution = 1
)");
  const auto dataset = load(files, config, "d");
  ASSERT_TRUE(dataset.ok()) << dataset.error().line();
  EXPECT_THAT(dataset->labels, ElementsAre("circle", "wave"));
  EXPECT_THAT(dataset->groups, ElementsAre("take1", "take2"));
  EXPECT_THAT(dataset->samples, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(dataset->group_of, ElementsAre(0, 1, 0));
  config.csv.recording = 4;
  EXPECT_THAT(load(files, config, "d").error().line(), HasSubstr("has 6 rows, no whole number of recordings of 4"));
}

}  // namespace
}  // namespace mote
