// Where the parts of a stream lie in the memory that the caller gives.
#pragma once

#include "device/stream/window.h"

namespace mote {

// Each part is 16-byte aligned. Without frames there is the ring alone.
struct StreamLayout {
  uint32_t ring, frame, logarithms, spectrum;
  uint32_t bytes;  // of all
};

StreamLayout lay_out(const Model& model, const StreamWindow& window);

}  // namespace mote
