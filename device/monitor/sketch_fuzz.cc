// Fuzzes the reading of sketches: what is accepted is written back as it was, and merges with itself.
#include <string.h>

#include "device/monitor/sketch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::Sketch sketch;
  if (!mote::sketch_read(&sketch, bytes, count)) return 0;
  uint8_t wire[mote::kSketchWireBytes];
  mote::sketch_write(sketch, wire);
  if (memcmp(wire, bytes, count) != 0) __builtin_trap();
  const mote::Sketch once = sketch;
  mote::sketch_merge(&sketch, once);
  return 0;
}
