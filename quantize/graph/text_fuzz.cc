// Fuzzes the reader of a graph's text.
#include "quantize/test/any_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_text(bytes, count);
  return 0;
}
