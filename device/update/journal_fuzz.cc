// Fuzzes the replay of a journal out of flash that may hold anything.
#include "device/update/test/any_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::replay_any_journal(bytes, count);
  std::vector<uint8_t> sectors(bytes, bytes + count);
  sectors.resize(4096, 0xFF);
  sectors = mote::with_checksums(sectors);
  mote::replay_any_journal(sectors.data(), sectors.size());
  return 0;
}
