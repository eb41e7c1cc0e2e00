// The folder of one training: everything that quantizing, evaluating and repeating it need (docs/training.md).
//
//     TRY(const Run run, read_run(files, "build/har"));
//     TRY(const Compiled compiled, compile(compile_input(run), progress));
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "host/train/config.h"
#include "host/train/fit.h"

namespace mote {

constexpr const char* kRunFile = "run.json";
constexpr const char* kGraphFile = "float.graph";
constexpr const char* kHistoryFile = "history.json";
constexpr const char* kCalibrationFile = "calibration.i16.zst";
constexpr const char* kReferenceFile = "reference.i16.zst";
constexpr const char* kReferenceLabelsFile = "reference-labels.u32.zst";
constexpr const char* kModelFile = "model.mote";           // what `mote quantize` adds
constexpr const char* kQuantizedFile = "quantized.graph";  // and this: the graph in it, as text
constexpr const char* kScalesFile = "scales.json";         // of a training on grids: what `mote quantize` takes
constexpr const char* kParentFile = "parent.mote";         // of a training that keeps the scales: the model that they are of

struct SplitNames {
  std::vector<std::string> train, validation, test;  // groups
};

struct TrainMetrics {
  uint32_t epochs = 0, best_epoch = 0;  // epochs that ran; index of the kept one
  uint64_t parameters = 0;              // weights and statistics of the float graph
  double train_accuracy = 0, validation_accuracy = 0, validation_loss = 0;
  uint32_t train_windows = 0, validation_windows = 0, test_windows = 0;
  std::optional<double> test_accuracy;  // of the float graph; none without test groups
};

// Of a training that started from another run. What was given beside the configuration's text is here too.
struct Lineage {
  Digest parent{};  // of its run.json
  QuantizedTraining quantized;
  uint32_t epochs = 0;
  double rate = 0;
};

// One training, as it lies in its folder.
struct Run {
  TrainConfig config;  // with the seed that was used
  std::string data_hash;
  uint32_t windows = 0;  // of the whole data set
  std::vector<SensorChannel> channels;
  std::vector<std::string> labels;
  double sample_rate_hz = 0;
  uint32_t window_samples = 0;
  SplitNames split;
  Standardization standardization;
  TrainMetrics metrics;
  std::vector<Epoch> history;
  Graph graph;
  // Raw windows, [windows][samples][channels]: of the training part, for activation ranges; of the validation groups, for the
  // drift baseline and the self-tests. The test groups leave no trace in a model.
  std::vector<int16_t> calibration, reference;
  std::optional<Lineage> lineage;
  FixedScales scales;                      // empty unless it was trained on grids
  Bytes parent_model;                      // empty unless it kept the scales
  std::vector<uint32_t> reference_labels;  // of each reference window; empty in the folder of an older training

  size_t window_values() const { return size_t{window_samples} * channels.size(); }
};

// Trains one split. `label` begins the progress line.
Result<Run> train(const TrainConfig& config, const Dataset& dataset, const Split& split, uint32_t threads,
                  const std::string& label, Progress& progress, Checkpoint* checkpoint = nullptr, const Parent* parent = nullptr);

// Writes the folder; run.json comes last, so that a folder with one is whole. Removes a model.mote made from an earlier run.
// On failure nothing that it wrote is left.
Result<void> write_run(FileSystem& files, const Path& folder, const Run& run);

// Refuses a file that is not the one that run.json was written with.
Result<Run> read_run(FileSystem& files, const Path& folder);

// Without calibration and reference windows; the graph has no nodes when the folder holds no float.graph.
Result<Run> read_run_record(FileSystem& files, const Path& folder);

// What the compiler takes. `run` must outlive the result.
CompileInput compile_input(const Run& run);

// What run.json holds but for the files' digests; and what `mote train` prints.
Json to_json(const Run& run);
std::string to_text(const Run& run);

// Versions of what built this program: mote, revision, compiler, Eigen, instruction set.
Json tool_versions();

}  // namespace mote
