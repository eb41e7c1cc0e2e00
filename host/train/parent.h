// The run that a training starts from: `mote train --from RUN`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/sha256.h"
#include "host/data/dataset.h"
#include "quantize/compile.h"

namespace mote {

struct Parent {
  Digest digest{};  // of its run.json: what the child's run.json names
  std::string where;
  Graph graph;  // float
  Standardization standardization;
  std::vector<std::string> labels, channels;
  bool folded = false;  // trained on grids: its batch norms are part of its weights
  // What `mote quantize` made of it; only read for a training that keeps the scales.
  std::optional<Graph> quantized;
  Bytes model;
};

// With `keep_scales` the run must have its model beside it.
Result<Parent> read_parent(FileSystem& files, const Path& folder, bool keep_scales);

// That the data has the parent's classes and channels.
Result<void> check_data(const Parent& parent, const Dataset& dataset, const std::string& where);

// That both have the same layers; else names the first that differs. Values of constants may be others.
Result<void> check_layers(const Parent& parent, const Graph& graph, const std::string& where);

}  // namespace mote
