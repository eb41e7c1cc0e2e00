// Addition of sixteen elements at once with AVX-512.
#if defined(__x86_64__)

#include "device/kernels/packed/x86_64/requantize_512.h"

namespace mote::x86_64 {

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) uint32_t add_512(const Addition& addition, const int8_t* half,
                                                                               const int8_t* other, uint32_t count,
                                                                               int8_t* output) {
  const Scaling512 other_scaling = scaling_512_of(addition.other), sum_scaling = scaling_512_of(addition.sum);
  const __m512i other_two = _mm512_set1_epi32(addition.other.two), sum_two = _mm512_set1_epi32(addition.sum.two);
  const __m512i half_zero = _mm512_set1_epi32(addition.half_zero_point),
                other_zero = _mm512_set1_epi32(addition.other_zero_point);
  const auto load = [](const int8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
  uint32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m512i a = _mm512_sub_epi32(_mm512_cvtepi8_epi32(load(half + i)), half_zero);
    const __m512i b = _mm512_sub_epi32(_mm512_cvtepi8_epi32(load(other + i)), other_zero);
    const __m512i scaled = requantized(_mm512_slli_epi32(b, 20), other_scaling, other_two);
    const __m512i sum = requantized(_mm512_add_epi32(_mm512_slli_epi32(a, 19), scaled), sum_scaling, sum_two);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(output + i), clamped(sum, addition.low, addition.high));
  }
  return i;
}

}  // namespace mote::x86_64

#endif
