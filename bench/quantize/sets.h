// The data that quantization is measured on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "quantize/compile.h"

namespace mote::bench {

struct Score {
  double accuracy = 0;
  double sqnr_db = 0;  // of the last layer before the softmax
  size_t bytes = 0;
};

struct Set {
  std::string name;
  double float_accuracy = 0;
  std::function<Result<Score>(const QuantizeOptions& options)> measure;
};

// A trained run and its recordings: judged on the run's test groups.
Result<Set> run_set(const std::string& name, const Path& run, const Path& data);
// MLPerf Tiny's keywords: the first 100 inputs calibrate, the other 402 judge.
Result<Set> keyword_set(const Path& data);
// Gestures: every fourth calibrates, the others judge.
Result<Set> gesture_set(const Path& data);

}  // namespace mote::bench
