// What training promises: the same bytes on any number of threads, no trace of the test part, and that it learns.
#include "host/train/fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "base/json.h"
#include "base/random.h"
#include "base/test/memory_file_system.h"
#include "host/train/run.h"
#include "host/train/test/small.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

Run train_small(const TrainConfig& config, const Dataset& dataset, uint32_t threads) {
  NoProgress progress;
  return train(config, dataset, make_split(dataset, config.split).value(), threads, "test", progress).value();
}

TEST(Fit, GivesTheSameBytesOnOneThreadOrMore) {
  const Dataset dataset = small_dataset();
  const TrainConfig config = small_config();
  const mote::Run one = train_small(config, dataset, 1);
  for (const uint32_t threads : {1u, 2u, 3u, 6u}) {
    const mote::Run other = train_small(config, dataset, threads);
    EXPECT_EQ(to_text(other.graph), to_text(one.graph)) << threads << " threads";
    EXPECT_EQ(to_json(other).dump(), to_json(one).dump()) << threads << " threads";
    EXPECT_EQ(to_json(other.history).dump(), to_json(one.history).dump()) << threads << " threads";
  }
}

// Stops a training at an epoch, as a power cut would.
class StopAt : public Progress {
 public:
  explicit StopAt(uint64_t epoch) : epoch_(epoch) {}
  void begin(const std::string&, uint64_t) override {}
  void step(uint64_t done, const std::string&) override {
    if (done == epoch_) throw std::runtime_error("stopped");
  }
  void end() override {}

 private:
  uint64_t epoch_;
};

TEST(Fit, ResumesBitForBit) {
  const Dataset dataset = small_dataset();
  for (const bool sgd : {false, true}) {
    TrainConfig config = small_config();
    config.fit.epochs = 7;
    config.fit.optimizer = sgd ? OptimizerKind::sgd : OptimizerKind::adam;
    config.augment.mixup = 0.3;
    const Split split = make_split(dataset, config.split).value();
    const mote::Run whole = train_small(config, dataset, 2);
    MemoryFileSystem files;
    Checkpoint checkpoint(files, "run", 2, true);
    StopAt stop(5);
    EXPECT_THROW((void)train(config, dataset, split, 2, "test", stop, &checkpoint), std::runtime_error);
    ASSERT_TRUE(files.exists(Path("run") / kCheckpointFile));
    StopAt never(100);
    const auto resumed = train(config, dataset, split, 1, "test", never, &checkpoint);
    ASSERT_TRUE(resumed.ok()) << resumed.error().line();
    EXPECT_EQ(to_text(resumed->graph), to_text(whole.graph));
    EXPECT_EQ(to_json(resumed->history).dump(), to_json(whole.history).dump());
    EXPECT_EQ(to_json(*resumed).dump(), to_json(whole).dump());
  }
}

TEST(Fit, RefusesACheckpointOfAnotherTraining) {
  const Dataset dataset = small_dataset();
  TrainConfig config = small_config();
  const Split split = make_split(dataset, config.split).value();
  MemoryFileSystem files;
  NoProgress progress;
  Checkpoint checkpoint(files, "run", 1, true), afresh(files, "run", 0, false);
  ASSERT_TRUE(train(config, dataset, split, 2, "test", progress, &checkpoint).ok());
  config.seed = 6;
  const auto other = train(config, dataset, split, 2, "test", progress, &checkpoint);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().line(), "run/checkpoint.zst: is of another configuration, seed or data; train without --resume");
  EXPECT_TRUE(train(config, dataset, split, 2, "test", progress, &afresh).ok());
  config.seed = 5;
  files.files["run/checkpoint.zst"].back() ^= 1;
  EXPECT_FALSE(train(config, dataset, split, 2, "test", progress, &checkpoint).ok());
  files.full = true;
  EXPECT_FALSE(train(config, dataset, split, 2, "test", progress, &checkpoint).ok());
}

TEST(StateReader, ReadsNothingPastWhatDoesNotFit) {
  StateWriter writer;
  std::vector<float> list = {1, 2, 3};
  uint32_t number = 9;
  writer.list(list, true);
  writer.value(number);
  const Bytes bytes = writer.take();
  for (size_t length = 0; length <= bytes.size(); ++length) {
    StateReader reader(ByteView(bytes).first(length));
    std::vector<float> read(3);
    uint32_t last = 0;
    reader.list(read, true);
    reader.value(last);
    EXPECT_EQ(reader.whole(), length == bytes.size());
  }
  StateReader reader(bytes);
  std::vector<float> shorter(2);
  reader.list(shorter, true);
  EXPECT_FALSE(reader.whole());
}

TEST(Fit, ChangesWithTheSeed) {
  const Dataset dataset = small_dataset();
  TrainConfig config = small_config();
  const mote::Run one = train_small(config, dataset, 2);
  config.seed = 6;
  EXPECT_NE(to_text(train_small(config, dataset, 2).graph), to_text(one.graph));
}

TEST(Fit, LeavesNoTraceOfTheTestPartInTheModel) {
  Dataset dataset = small_dataset();
  const TrainConfig config = small_config();
  NoProgress progress;
  const mote::Run before = train_small(config, dataset, 2);
  const Bytes model = compile(compile_input(before), progress).value().model;

  Random random(1);
  std::vector<uint32_t> test = windows_of(dataset, make_split(dataset, config.split)->test), labels;
  for (const uint32_t window : test) labels.push_back(dataset.label_of[window]);
  random.shuffle(labels);
  for (size_t i = 0; i < test.size(); ++i) dataset.label_of[test[i]] = labels[i];
  const mote::Run permuted = train_small(config, dataset, 2);
  EXPECT_EQ(to_text(permuted.graph), to_text(before.graph));
  EXPECT_EQ(compile(compile_input(permuted), progress).value().model, model);
  EXPECT_NE(permuted.data_hash, before.data_hash);

  // Even with half of the test windows gone: nothing is drawn by a window's place in the whole data set.
  Dataset fewer = dataset;
  fewer.samples.clear(), fewer.label_of.clear(), fewer.group_of.clear();
  for (uint32_t window = 0; window < dataset.count(); ++window) {
    if (std::find(test.begin(), test.end(), window) != test.end() && window % 2 == 0) continue;
    const auto raw = dataset.window(window);
    fewer.samples.insert(fewer.samples.end(), raw.begin(), raw.end());
    fewer.label_of.push_back(dataset.label_of[window]);
    fewer.group_of.push_back(dataset.group_of[window]);
  }
  EXPECT_EQ(compile(compile_input(train_small(config, fewer, 2)), progress).value().model, model);
}

TEST(Fit, LearnsAcrossMachinesAndKeepsTheBestEpoch) {
  const Dataset dataset = small_dataset(8, 20);
  TrainConfig config = small_config();
  config.augment = {};
  config.fit.epochs = 12;
  config.fit.smoothing = 0;
  const mote::Run run = train_small(config, dataset, 2);
  EXPECT_GT(run.history.front().loss, run.history.back().loss);
  EXPECT_GT(run.metrics.test_accuracy.value(), 0.6);
  for (const Epoch& epoch : run.history) EXPECT_GE(epoch.validation_loss, run.history[run.metrics.best_epoch].validation_loss);
}

TEST(Fit, StopsEarlyWhenValidationGetsNoBetter) {
  Dataset dataset = small_dataset();
  TrainConfig config = small_config();
  config.fit.epochs = 40;
  config.fit.patience = 2;
  // Validation labels that say nothing about the signal: the loss soon only grows.
  Random random(2);
  for (const uint32_t window : windows_of(dataset, make_split(dataset, config.split)->validation))
    dataset.label_of[window] = static_cast<uint32_t>(random.below(5));
  const mote::Run run = train_small(config, dataset, 2);
  EXPECT_LT(run.history.size(), 40u);
  EXPECT_EQ(run.history.size(), run.metrics.best_epoch + 3u);
}

TEST(Fit, StandardizesByTheTrainingPartAlone) {
  Dataset dataset = small_dataset();
  const TrainConfig config = small_config();
  const Split split = make_split(dataset, config.split).value();
  const Standardization before = train_small(config, dataset, 1).standardization;
  for (uint32_t window = 0; window < dataset.count(); ++window) {
    const uint32_t group = dataset.group_of[window];
    if (std::find(split.train.begin(), split.train.end(), group) != split.train.end()) continue;
    for (size_t i = 0; i < dataset.window_values(); ++i) dataset.samples[window * dataset.window_values() + i] = 30000;
  }
  const Standardization after = train_small(config, dataset, 1).standardization;
  EXPECT_EQ(after.mean, before.mean);
  EXPECT_EQ(after.deviation, before.deviation);
}

}  // namespace
}  // namespace mote
