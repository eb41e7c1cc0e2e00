// Models of other tools as .mote files.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "device/model/container.h"

namespace mote {

struct ImportOptions {
  Target target = Target::portable;
  uint32_t ram_bytes =
      0;  // the arena may take so much, and gives up memory for speed no further than that; 0: as little as it can
};

// The .mote file of an int8 .tflite model (quantize/import/tflite.h): packed for its target, planned, written, and proven by the
// device's verifier.
Result<Bytes> import_tflite(ByteView bytes, const std::string& where, const ImportOptions& options = {});

}  // namespace mote
