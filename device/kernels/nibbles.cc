// Unpacking weights of 4 bits, sixteen at a time where a core has vectors.
#include "device/kernels/nibbles.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote {

int32_t unpack(Nibbles from, uint32_t count, int8_t* to) {
  int32_t sum = 0;
  const auto put = [&](int32_t weight) {
    *to++ = static_cast<int8_t>(weight);
    sum += weight;
  };
  if (from.at % 2 == 1 && count > 0) {
    put(from[0]);
    ++from.at;
    --count;
  }
  const auto* bytes = reinterpret_cast<const int8_t*>(from.bytes + from.at / 2);
#ifdef __ARM_FEATURE_MVE
  for (; count >= 16; count -= 16, bytes += 8, to += 16) {
    const uint16x8_t pairs = vldrbq_u16(reinterpret_cast<const uint8_t*>(bytes));
    const uint16x8_t spread = vandq_u16(vorrq_u16(pairs, vshlq_n_u16(pairs, 4)), vdupq_n_u16(0x0F0F));
    const int8x16_t flipped = veorq_s8(vreinterpretq_s8_u16(spread), vdupq_n_s8(8));
    const int8x16_t weights = vsubq_s8(flipped, vdupq_n_s8(8));
    vstrbq_s8(to, weights);
    sum = vaddvaq_s8(sum, weights);
  }
#endif
  for (const int8_t* const end = bytes + count / 2; bytes != end; ++bytes) {
    put(low_nibble(*bytes));
    put(high_nibble(*bytes));
  }
  if (count % 2 == 1) put(low_nibble(*bytes));
  return sum;
}

}  // namespace mote
