// Requantization of sixteen sums at once (device/kernels/packed/x86_64.h). Needs AVX-512.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"  // GCC 12 finds some in its own intrinsics (its bug 105593)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>
#include <string.h>

#include "device/kernels/packed/x86_64/instructions.h"

#define MOTE_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) inline

namespace mote::x86_64 {

constexpr uint32_t kPair = 2 * kBlock;

struct Scaling512 {
  __m512i multiplier, odd_multiplier, addend, shift;
};

// Of up to sixteen channels from `first` on.
MOTE_AVX512 Scaling512 scaling_512_of(const Layer& layer, uint32_t first) {
  const __mmask16 padded = layer.channels - first > kBlock ? 0xFFFF : 0x00FF;
  const __m512i multiplier = _mm512_maskz_loadu_epi32(padded, constants_at(layer, kMultiplier, first));
  return {multiplier, _mm512_srli_epi64(multiplier, 32), _mm512_maskz_loadu_epi32(padded, constants_at(layer, kAddend, first)),
          _mm512_maskz_loadu_epi32(padded, constants_at(layer, kShift, first))};
}

MOTE_AVX512 Scaling512 scaling_512_of(const Scale& scale) {
  const __m512i multiplier = _mm512_set1_epi32(scale.multiplier);
  return {multiplier, multiplier, _mm512_set1_epi32(scale.addend), _mm512_set1_epi32(scale.shift)};
}

// The products have 64 bits: those of even lanes are shifted down, those of odd lanes up, so that both end up in their lane.
MOTE_AVX512 __m512i requantized(__m512i sums, const Scaling512& scaling, __m512i two) {
  const __m512i even = _mm512_mul_epi32(sums, scaling.multiplier);
  const __m512i odd = _mm512_mul_epi32(_mm512_srli_epi64(sums, 32), scaling.odd_multiplier);
  const __m512i scaled = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 30), _mm512_slli_epi64(odd, 2));
  const __m512i whole = _mm512_mask_sub_epi32(scaled, _mm512_movepi32_mask(scaled), scaled, two);
  return _mm512_srav_epi32(_mm512_add_epi32(whole, scaling.addend), scaling.shift);
}

MOTE_AVX512 __m128i clamped(__m512i values, int32_t low, int32_t high) {
  return _mm512_cvtepi32_epi8(_mm512_min_epi32(_mm512_max_epi32(values, _mm512_set1_epi32(low)), _mm512_set1_epi32(high)));
}

}  // namespace mote::x86_64
