// Fuzzes what a device does with the bytes of a desired state: envelope, image, directive; and of a root.
#include "device/update/test/any_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::open_any_envelope(bytes, count);
  mote::read_any_image(bytes, count);
  mote::read_any_directive(bytes, count);
  mote::read_any_root(bytes, count);
  return 0;
}
