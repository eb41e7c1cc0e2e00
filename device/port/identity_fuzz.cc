// Fuzzes the identity reader: what it accepts, it writes back the same.
#include "device/port/test/any_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_identity(bytes, count);
  return 0;
}
