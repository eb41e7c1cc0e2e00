// Fuzzes the replay of a journal out of flash that may hold anything.
#include "device/update/test/any_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::replay_any_journal(bytes, count);
  return 0;
}
