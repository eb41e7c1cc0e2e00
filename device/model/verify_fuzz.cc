// Fuzzes the verifier, and the kernels behind it with every model that it accepts.
#include "device/model/container.h"
#include "device/model/test/run_any_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::run_any_bytes(bytes, count);
  // Once more with the length that the header should tell: else every input that grew or shrank would end at rule M2.
  if (count < sizeof(mote::FileHeader) || count > UINT32_MAX) return 0;
  std::vector<uint8_t> mended(bytes, bytes + count);
  const uint32_t length = static_cast<uint32_t>(count);
  std::memcpy(mended.data() + offsetof(mote::FileHeader, file_bytes), &length, sizeof length);
  mote::run_any_bytes(mended.data(), mended.size());
  return 0;
}
