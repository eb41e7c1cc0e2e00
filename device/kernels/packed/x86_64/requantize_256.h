// Requantization of eight sums at once (device/kernels/packed/x86_64.h). Needs AVX2.
#pragma once

#include <immintrin.h>
#include <string.h>

#include "device/kernels/packed/x86_64/instructions.h"

#define MOTE_AVX2 __attribute__((target("avx2"))) inline

namespace mote::x86_64 {

struct Scaling256 {
  __m256i multiplier, odd_multiplier, addend, shift;
};

MOTE_AVX2 __m256i load_256(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

MOTE_AVX2 Scaling256 scaling_256_of(const Layer& layer, uint32_t first) {
  const __m256i multiplier = load_256(constants_at(layer, kMultiplier, first));
  return {multiplier, _mm256_srli_epi64(multiplier, 32), load_256(constants_at(layer, kAddend, first)),
          load_256(constants_at(layer, kShift, first))};
}

MOTE_AVX2 Scaling256 scaling_256_of(const Scale& scale) {
  const __m256i multiplier = _mm256_set1_epi32(scale.multiplier);
  return {multiplier, multiplier, _mm256_set1_epi32(scale.addend), _mm256_set1_epi32(scale.shift)};
}

// The products have 64 bits: those of even lanes are shifted down, those of odd lanes up, so that both end up in their lane.
MOTE_AVX2 __m256i requantized(__m256i sums, const Scaling256& scaling, __m256i two) {
  const __m256i even = _mm256_mul_epi32(sums, scaling.multiplier);
  const __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(sums, 32), scaling.odd_multiplier);
  const __m256i scaled = _mm256_blend_epi32(_mm256_srli_epi64(even, 30), _mm256_slli_epi64(odd, 2), 0xAA);
  const __m256i less = _mm256_and_si256(_mm256_srai_epi32(scaled, 31), two);
  return _mm256_srav_epi32(_mm256_sub_epi32(_mm256_add_epi32(scaled, scaling.addend), less), scaling.shift);
}

// Eight values to int16, saturated.
MOTE_AVX2 __m128i narrowed(__m256i values) {
  return _mm_packs_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
}

MOTE_AVX2 void store_clamped(__m128i low, __m128i high, int32_t least, int32_t most, uint32_t count, int8_t* to) {
  const __m128i floor = _mm_set1_epi8(static_cast<char>(least)), ceiling = _mm_set1_epi8(static_cast<char>(most));
  const __m128i bytes = _mm_min_epi8(_mm_max_epi8(_mm_packs_epi16(low, high), floor), ceiling);
  if (count >= 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  } else if (count == 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), bytes);
  } else {
    alignas(16) int8_t all[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(all), bytes);
    memcpy(to, all, count);
  }
}

}  // namespace mote::x86_64
