// Fuzzes the decoder of deltas: the first bytes are the base, the others the delta.
#include <vector>

#include "device/update/delta.h"

namespace {

mote::DeltaBytes in_memory(const std::vector<uint8_t>& bytes) {
  return {const_cast<std::vector<uint8_t>*>(&bytes),
          [](void* context, uint32_t offset, void* to, uint32_t count) {
            const auto* from = static_cast<const std::vector<uint8_t>*>(context);
            for (uint32_t i = 0; i < count; ++i) static_cast<uint8_t*>(to)[i] = from->at(offset + i);
          },
          static_cast<uint32_t>(bytes.size())};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  const size_t split = count < 64 ? count : 64;
  const std::vector<uint8_t> base(bytes, bytes + split), delta(bytes + split, bytes + count);
  const mote::DeltaBytes from = in_memory(base), by = in_memory(delta);
  static mote::DeltaDecoder decoder;
  uint8_t target[512];
  if (mote::delta_begin(&decoder, by, from, sizeof target) != MOTE_OK) return 0;
  for (uint32_t made = 0; made < sizeof target; made += 64)
    if (mote::delta_next(&decoder, target + made, 64) != MOTE_OK) return 0;
  return 0;
}
