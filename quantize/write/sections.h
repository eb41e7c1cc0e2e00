// The content of each section, without its place in the file.
#pragma once

#include "quantize/write/model.h"
#include "quantize/write/records.h"

namespace mote {

Bytes graph_section(const GraphRecords& records);
Bytes plan_section(const ArenaPlan& plan);
Bytes weights_section(const Graph& graph);
Bytes labels_section(const std::vector<std::string>& labels);
Bytes baseline_section(const Baseline& baseline);
Bytes self_test_section(const SelfTests& tests);

// Where each constant lies in the weights section; 0 for an activation, kNoOffset for a state without values of its own.
std::vector<uint32_t> constant_offsets(const Graph& graph);

}  // namespace mote
