// Models of other tools as .mote files.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/compile.h"
#include "quantize/import/tensor_file.h"
#include "quantize/pack/target_model.h"

namespace mote {

using ImportOptions = TargetOptions;

// The .mote file of an int8 .tflite model (quantize/import/tflite.h): packed for its target, planned, written, and proven by the
// device's verifier.
Result<Bytes> import_tflite(ByteView bytes, const std::string& where, const ImportOptions& options = {});

// The same of a float .tflite model, quantized to int8 by what its values are on `calibration`: at most 1000 inputs are taken, at
// even distances.
Result<Compiled> import_float_tflite(ByteView bytes, const std::string& where, const TensorFile& calibration,
                                     const ImportOptions& options, Progress& progress, const QuantizeOptions& how = {},
                                     const LookAtLayers& look = {});

// The same of an ONNX model (quantize/import/onnx.h).
Result<Compiled> import_onnx(ByteView bytes, const std::string& where, const TensorFile& calibration,
                             const ImportOptions& options, Progress& progress, const QuantizeOptions& how = {},
                             const LookAtLayers& look = {});

}  // namespace mote
