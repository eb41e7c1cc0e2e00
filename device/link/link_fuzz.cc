// Fuzzes the frame reader, with a buffer for the largest frame and with one that is too small.
#include "device/link/test/any_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_bytes(bytes, count, mote::kFrameReaderBytes);
  mote::read_any_bytes(bytes, count, 24);
  return 0;
}
