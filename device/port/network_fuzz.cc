// Fuzzes the network reader, with and without a checksum that fits: what it accepts, it writes back the same.
#include <vector>

#include "device/link/crc32.h"
#include "device/port/test/any_network.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_network(bytes, count);
  if (count < mote::kNetworkHeadBytes + 4) return 0;
  std::vector<uint8_t> fitting(bytes, bytes + count);
  std::memcpy(fitting.data(), "MOTN\x01", 6);
  fitting[6] = static_cast<uint8_t>(count), fitting[7] = static_cast<uint8_t>(count >> 8);
  const uint32_t check = mote::crc32(fitting.data(), count - 4);
  for (size_t i = 0; i < 4; ++i) fitting[count - 4 + i] = static_cast<uint8_t>(check >> 8 * i);
  mote::read_any_network(fitting.data(), count);
  return 0;
}
