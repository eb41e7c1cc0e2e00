// Fuzzes the framing check: cut differently, the same stream gets the same answer, and nothing too long ever passes.
#include "ota/transport/test/any_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::check_any_stream({bytes, count});
  return 0;
}
