// TensorFlow Lite files as graphs: of an int8 model what a device runs, of a float model what is quantized first.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

// `bytes` is a .tflite file of schema version 3, whose first subgraph is the model. Scales, zero points and weights are taken
// over as they are; multipliers are TensorFlow Lite's (docs/spec/operators). `rounding` is that of the TensorFlow Lite whose
// bytes are wanted.
//
// Cause::usage names every operator that cannot be taken over, with its place, in one line; Cause::failed for what is no such
// file.
Result<Graph> read_tflite(ByteView bytes, const std::string& where, Rounding rounding = Rounding::double_rounding);

// True when the model takes float32 and calculates in it: nothing that its operators read or make is int8, constants aside.
Result<bool> is_float_tflite(ByteView bytes, const std::string& where);

// The float graph of such a model. Weights may lie as float16 or int8 in the file.
Result<Graph> read_float_tflite(ByteView bytes, const std::string& where);

}  // namespace mote
