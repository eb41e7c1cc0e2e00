// Sums of four channels, in halves of words or in vectors where a core has them. One copy of each, for every operator.
#include "device/kernels/four_sums.h"

#include "device/kernels/nibbles.h"
#include "device/kernels/packed/simd32.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote {
namespace {

// Four products, by halves.
[[maybe_unused]] int32_t add_word(int32_t sum, uint32_t weights, uint32_t even, uint32_t odd) {
  return simd32::smlad(simd32::sxtb16_second(weights), odd, simd32::smlad(simd32::sxtb16(weights), even, sum));
}

}  // namespace

void FourSums::add_dot(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count, int32_t zero_point) {
  const int8_t *w0 = weights, *w1 = w0 + stride, *w2 = w1 + stride, *w3 = w2 + stride;
  int32_t a = at[0], b = at[1], c = at[2], d = at[3];
#if defined(__ARM_FEATURE_MVE)
  const int16x8_t offset = vdupq_n_s16(static_cast<int16_t>(zero_point));
  for (; static_cast<int32_t>(count) > 0; count -= 8, data += 8, w0 += 8, w1 += 8, w2 += 8, w3 += 8) {
    const mve_pred16_t mask = vctp16q(count);
    const int16x8_t value = vsubq_s16(vldrbq_z_s16(data, mask), offset);
    a = vmladavaq_s16(a, vldrbq_z_s16(w0, mask), value);
    b = vmladavaq_s16(b, vldrbq_z_s16(w1, mask), value);
    c = vmladavaq_s16(c, vldrbq_z_s16(w2, mask), value);
    d = vmladavaq_s16(d, vldrbq_z_s16(w3, mask), value);
  }
#else
  uint32_t i = 0;
  const auto offset = static_cast<uint32_t>(-zero_point & 0xFFFF) * 0x00010001;
  for (; MOTE_SIMD32 && i + 4 <= count; i += 4, weights += 4) {
    const uint32_t word = simd32::load(data + i);
    const uint32_t even = simd32::sxtab16(offset, word), odd = simd32::sxtab16_second(offset, word);
    a = add_word(a, simd32::load(weights), even, odd);
    b = add_word(b, simd32::load(weights + stride), even, odd);
    c = add_word(c, simd32::load(weights + 2 * stride), even, odd);
    d = add_word(d, simd32::load(weights + 3 * stride), even, odd);
  }
  for (; i < count; ++i) {
    const int32_t value = data[i] - zero_point;
    a += w0[i] * value;
    b += w1[i] * value;
    c += w2[i] * value;
    d += w3[i] * value;
  }
#endif
  at[0] = a, at[1] = b, at[2] = c, at[3] = d;
}

void FourSums::add_products(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count) {
#if defined(__ARM_FEATURE_MVE)
  const int8_t *w0 = weights, *w1 = w0 + stride, *w2 = w1 + stride, *w3 = w2 + stride;
  int32_t a = at[0], b = at[1], c = at[2], d = at[3];
  for (; static_cast<int32_t>(count) > 0; count -= 16, data += 16, w0 += 16, w1 += 16, w2 += 16, w3 += 16) {
    const mve_pred16_t mask = vctp8q(count);
    const int8x16_t value = vldrbq_z_s8(data, mask);
    a = vmladavaq_s8(a, vldrbq_z_s8(w0, mask), value);
    b = vmladavaq_s8(b, vldrbq_z_s8(w1, mask), value);
    c = vmladavaq_s8(c, vldrbq_z_s8(w2, mask), value);
    d = vmladavaq_s8(d, vldrbq_z_s8(w3, mask), value);
  }
  at[0] = a, at[1] = b, at[2] = c, at[3] = d;
#else
  add_dot(data, weights, stride, count, 0);
#endif
}

void FourSums::add_nibbles(const int8_t* data, Nibbles weights, uint32_t pairs, int32_t zero_point) {
  const auto* w0 = reinterpret_cast<const int8_t*>(weights.bytes + weights.at / 2);
  const int8_t *w1 = w0 + pairs, *w2 = w1 + pairs, *w3 = w2 + pairs;
  int32_t a = at[0], b = at[1], c = at[2], d = at[3];
  for (uint32_t i = 0; i < pairs; ++i, data += 2) {
    const int32_t first = data[0] - zero_point, second = data[1] - zero_point;
    a += low_nibble(w0[i]) * first + high_nibble(w0[i]) * second;
    b += low_nibble(w1[i]) * first + high_nibble(w1[i]) * second;
    c += low_nibble(w2[i]) * first + high_nibble(w2[i]) * second;
    d += low_nibble(w3[i]) * first + high_nibble(w3[i]) * second;
  }
  at[0] = a, at[1] = b, at[2] = c, at[3] = d;
}

void FourSums::store(const Scaling& scaling, const int32_t* bias, uint32_t channel, int8_t* output, uint32_t count) const {
  for (uint32_t k = 0; k < count; ++k) output[channel + k] = scaling.apply(bias[channel + k] + at[k], channel + k);
}

}  // namespace mote
