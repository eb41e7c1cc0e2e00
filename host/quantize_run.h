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

// How little of a model differs from the one whose scales it keeps. Bytes after zstd are those of the differences, byte by byte,
// and of the model alone.
struct ModelChange {
  bool same_graph = false, same_plan = false;  // sections, byte for byte
  uint32_t weight_bytes = 0, weight_bytes_changed = 0;
  uint32_t bytes_changed = 0;  // of the whole file
  uint32_t compressed_change = 0, compressed_model = 0;
};

struct QuantizedRun {
  Path model;  // the file written
  uint32_t model_bytes = 0, arena_bytes = 0;
  Digest model_id{};
  std::vector<LayerReport> layers;
  QuantizeOptions options;
  std::vector<std::string> notes;
  std::optional<ModelChange> change;  // of a run that was trained to keep its parent's scales
  std::optional<Temperature> temperature;
  std::optional<Explanation> explanation;
};

// What may be asked of it.
struct QuantizeRunOptions {
  std::span<const std::string> flags = {};  // over the configuration's [quantize] (apply_flags); none need be there
  TemperatureChoice temperature = {};
  std::optional<double> explain = {};  // the threshold below which a layer is named, in decibels
};

// Reads `folder` as `mote train` left it, compiles, and writes model.mote, its graph as text and quantization.json into it;
// nothing on an error.
Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress,
                                  const QuantizeRunOptions& options = {});

std::string to_text(const QuantizedRun& run);
Json to_json(const QuantizedRun& run);

}  // namespace mote
