// Fuzzes the reader of a broker's packets: the first byte says how large the pieces are.
#include "device/link/test/any_packets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  if (count == 0) return 0;
  const size_t piece = 1 + bytes[0];
  mote::packets_of({bytes + 1, bytes + count}, [piece] { return piece; });
  return 0;
}
