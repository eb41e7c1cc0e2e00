// The first half of the demo: from synthetic machines to a model that computes the same on the host and on a Cortex-M4.
#pragma once

#include "base/file_system.h"
#include "base/progress.h"
#include "host/evaluate/evaluate.h"
#include "host/train/run.h"

namespace mote::demo {

// What the demo trains: examples/vibration/mote.toml as it stood when mote was built, with seeds drawn from `seed`.
Result<TrainConfig> recipe(uint64_t seed);

struct Learned {
  Run run;
  Compiled compiled;
  Evaluation evaluation;  // on machines that neither training nor validation saw
};

// Trains, writes the run into `folder`, quantizes, writes model.mote beside it, and evaluates.
Result<Learned> learn(const TrainConfig& config, const Dataset& dataset, const Path& folder, FileSystem& files,
                      Progress& progress);

// Bytes that differ between the host's outputs and those of the emulated board, on the first `windows` test windows.
struct BoardComparison {
  uint32_t windows = 0;
  size_t bytes = 0, different = 0;
};
Result<BoardComparison> compare_with_board(const Learned& learned, const Path& folder, uint32_t windows, FileSystem& files,
                                           const Path& program_folder);

}  // namespace mote::demo
