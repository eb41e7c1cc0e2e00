// ONNX files as float graphs.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/calibrate/fixed_scales.h"
#include "quantize/graph/graph.h"
#include "quantize/import/onnx/onnx_file.h"

namespace mote {

struct OnnxGraph {
  Graph graph;
  FixedScales scales;  // that a quantized file names, where int8 can have them
};

// The float graph of an ONNX model of opset 6 to 24. Inputs and outputs have their elements as ONNX has them (NCHW); inside,
// each value lies as its operators read it. `given` are constants for inputs of the file.
//
// Cause::usage names every operator that cannot be taken over, with its node's name, in one line; Cause::failed for what is no
// such file.
Result<OnnxGraph> read_onnx(ByteView bytes, const std::string& where, const OnnxConstants& given = {});

}  // namespace mote
