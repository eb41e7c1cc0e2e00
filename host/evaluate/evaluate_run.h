// Evaluates a model that lies beside its run.json, with the reader, windowing, classes and split that the run records.
#pragma once

#include <optional>
#include <string>

#include "base/file_system.h"
#include "host/evaluate/evaluate.h"

namespace mote {

enum class EvaluatePart { test, all };  // the run's test groups, or every window there is

struct EvaluateRunInput {
  Path model;                // run.json is looked for in its folder
  std::optional<Path> data;  // recordings; none for the generator
  EvaluatePart part = EvaluatePart::test;
  bool keep_tensors = false;
  std::string slices;  // a key of host/evaluate/slices.h; empty: none
  std::optional<ImportanceOptions> importance;
};

// Refuses EvaluatePart::test for data without all of the run's test groups.
Result<Evaluation> evaluate_run(FileSystem& files, const EvaluateRunInput& input, Progress& progress);

}  // namespace mote
