// Fuzzes the host's reader of models.
#include "quantize/test/any_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_model({bytes, count});
  return 0;
}
