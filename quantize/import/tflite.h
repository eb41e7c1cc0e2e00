// TensorFlow Lite files, int8, as the graph that a device runs.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

// `bytes` is a .tflite file of schema version 3, whose first subgraph is the model. Scales, zero points and weights are taken
// over as they are; multipliers are TensorFlow Lite's (docs/spec/operators.md).
//
// Cause::usage names every operator that cannot be taken over, with its place, in one line; Cause::failed for what is no such
// file.
Result<Graph> read_tflite(ByteView bytes, const std::string& where);

}  // namespace mote
