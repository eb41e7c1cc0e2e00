// Models of other tools as .mote files.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

// The .mote file of an int8 .tflite model (quantize/import/tflite.h): planned, written, and proven by the device's verifier.
Result<Bytes> import_tflite(ByteView bytes, const std::string& where);

}  // namespace mote
