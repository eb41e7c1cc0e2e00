// The run's folder: whole or not there, and held to its digests.
#include "host/train/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/random.h"
#include "base/test/memory_file_system.h"
#include "host/quantize_run.h"
#include "host/train/test/small.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

using testing::HasSubstr;

const Run& small_run() {
  static const Run run = [] {
    NoProgress progress;
    const Dataset dataset = small_dataset();
    const TrainConfig config = small_config();
    return train(config, dataset, make_split(dataset, config.split).value(), 2, "test", progress).value();
  }();
  return run;
}

TEST(Run, ComesBackFromItsFolderAsItWas) {
  MemoryFileSystem files;
  ASSERT_TRUE(write_run(files, "run", small_run()).ok());
  const auto read = read_run(files, "run");
  ASSERT_TRUE(read.ok()) << read.error().line();
  EXPECT_EQ(to_json(*read).dump(), to_json(small_run()).dump());
  EXPECT_EQ(to_text(read->graph), to_text(small_run().graph));
  EXPECT_EQ(read->calibration, small_run().calibration);
  EXPECT_EQ(read->reference, small_run().reference);
  EXPECT_EQ(read->reference_labels, small_run().reference_labels);
  EXPECT_EQ(read->reference_labels.size() * read->window_values(), read->reference.size());
  EXPECT_EQ(read->config.layers.size(), small_run().config.layers.size());
  // Compiled from the folder or from memory, the model is the same.
  NoProgress progress;
  EXPECT_EQ(compile(compile_input(*read), progress)->model, compile(compile_input(small_run()), progress)->model);
}

TEST(Run, RecordsWhatARepetitionNeeds) {
  const Json json = to_json(small_run());
  EXPECT_EQ(json["configuration"]["text"], kSmallConfig);
  EXPECT_EQ(json["seed"], 5);
  EXPECT_EQ(json["data"]["hash"].get<std::string>().size(), 64u);
  EXPECT_EQ(json["data"]["hash"], to_hex(digest(small_dataset())));
  EXPECT_EQ(json["split"]["test"], Json({"machine03"}));
  for (const char* tool : {"mote", "revision", "compiler", "eigen", "instructions"})
    EXPECT_FALSE(json["tools"][tool].get<std::string>().empty()) << tool;
}

TEST(Run, AFullDiskLeavesNothing) {
  MemoryFileSystem files;
  files.full = true;
  ASSERT_FALSE(write_run(files, "run", small_run()).ok());
  EXPECT_TRUE(files.files.empty());
}

TEST(Run, AnEarlierModelGoesWithItsRun) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.write_text(Path("run") / kModelFile, "old").ok());
  ASSERT_TRUE(files.write_text(Path("run") / kQuantizationFile, "old").ok());
  ASSERT_TRUE(write_run(files, "run", small_run()).ok());
  EXPECT_FALSE(files.exists(Path("run") / kModelFile));
  EXPECT_FALSE(files.exists(Path("run") / kQuantizationFile));
}

TEST(Run, RefusesFilesOfAnotherRun) {
  for (const char* name : {kGraphFile, kCalibrationFile, kReferenceFile, kReferenceLabelsFile}) {
    MemoryFileSystem files;
    ASSERT_TRUE(write_run(files, "run", small_run()).ok());
    files.files[Path("run") / name].back() ^= 1;
    const auto read = read_run(files, "run");
    ASSERT_FALSE(read.ok()) << name;
    EXPECT_EQ(read.error().line(), std::string("run/") + name + ": is not the file that run.json was written with; train again");
  }
}

TEST(Run, SaysWhatIsMissing) {
  MemoryFileSystem files;
  EXPECT_THAT(read_run(files, "run").error().line(), HasSubstr("run: holds no run.json; make a run with: mote train"));
  ASSERT_TRUE(write_run(files, "run", small_run()).ok());
  Json json = read_json(files, "run/run.json").value();
  json.erase("standardization");
  ASSERT_TRUE(write_json(files, "run/run.json", json).ok());
  EXPECT_THAT(read_run(files, "run").error().line(), HasSubstr("'standardization' is missing"));
}

TEST(Run, ARecordAloneNeedsNoGraph) {
  MemoryFileSystem files;
  ASSERT_TRUE(write_run(files, "run", small_run()).ok());
  ASSERT_TRUE(files.remove("run/float.graph").ok());
  const auto record = read_run_record(files, "run");
  ASSERT_TRUE(record.ok()) << record.error().line();
  EXPECT_TRUE(record->graph.nodes.empty());
  EXPECT_FALSE(read_run(files, "run").ok());
}

TEST(Run, SurvivesAnyDamageToItsRecord) {
  MemoryFileSystem files;
  ASSERT_TRUE(write_run(files, "run", small_run()).ok());
  const Bytes whole = files.files["run/run.json"];
  Random random(4);
  for (int i = 0; i < 300; ++i) {
    Bytes damaged = whole;
    for (uint64_t k = 0; k <= random.below(3); ++k) damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    if (i % 3 == 0) damaged.resize(random.below(damaged.size()));
    files.files["run/run.json"] = damaged;
    const auto read = read_run_record(files, "run");  // refused or read, never a crash
    EXPECT_TRUE(read.ok() || !read.error().what.empty());
  }
}

}  // namespace
}  // namespace mote
