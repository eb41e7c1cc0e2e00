// The bytes of a .mote file (docs/spec/model-format.md). The same parts give the same bytes, on every machine.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "quantize/graph/graph.h"
#include "quantize/plan/plan.h"
#include "quantize/write/records.h"

namespace mote {

// The reference of one monitored scalar; the fields are those of model.fbs.
struct BaselineScalar {
  std::string name, unit;
  float quantum = 1;
  std::array<int16_t, 15> edges{};
  std::array<uint32_t, 16> counts{};
  float mean = 0, deviation = 1;
  int32_t cusum_slack = 0, cusum_limit = 0;
};

struct Baseline {
  std::vector<BaselineScalar> scalars;
  uint32_t windows = 0;
};

struct SelfTests {
  uint32_t count = 0;
  Bytes inputs, outputs;  // int8 tensors, one after the other
};

struct ModelParts {
  const Graph& graph;           // int8, verified; its constants are written
  const GraphRecords& records;  // of that graph
  const ArenaPlan& plan;
  std::vector<std::string> labels;
  std::optional<Baseline> baseline;
  std::optional<SelfTests> self_tests;
};

Bytes write_model(const ModelParts& parts);

// A graph alone as a portable model, in a plan in which no two values share memory: each can be read after a run.
struct SpreadFile {
  Bytes model;
  std::vector<uint32_t> offsets;  // in the arena, per value
};
SpreadFile write_spread(const Graph& graph);

// What a model is, whatever is packed around it: SHA-256 over the bytes of its graph section, then those of its weights section.
Digest model_id(ByteView graph_section, ByteView weights_section);

}  // namespace mote
