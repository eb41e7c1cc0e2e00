// A training's folder to a model: what `mote quantize` does.
#pragma once

#include <optional>

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "base/progress.h"
#include "quantize/calibrate/explain.h"
#include "quantize/compile.h"

namespace mote {

constexpr const char* kQuantizationFile = "quantization.json";  // the report per layer, beside model.mote

struct QuantizedRun {
  Path model;  // the file written
  uint32_t model_bytes = 0, arena_bytes = 0;
  Digest model_id{};
  std::vector<LayerReport> layers;
  std::optional<Temperature> temperature;
  std::optional<Explanation> explanation;
};

// What may be asked of it.
struct QuantizeRunOptions {
  TemperatureChoice temperature;
  std::optional<double> explain;  // the threshold below which a layer is named, in decibels
};

// Reads `folder` as `mote train` left it, compiles, and writes model.mote and quantization.json into it; nothing on an error.
Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress,
                                  const QuantizeRunOptions& options = {});

std::string to_text(const QuantizedRun& run);
Json to_json(const QuantizedRun& run);

}  // namespace mote
