// Addition of sixteen elements at once with AVX2.
#if defined(__x86_64__)

#include "device/kernels/packed/x86_64/requantize_256.h"

namespace mote::x86_64 {

__attribute__((target("avx2"))) uint32_t add_256(const Addition& addition, const int8_t* half, const int8_t* other,
                                                 uint32_t count, int8_t* output) {
  const Scaling256 other_scaling = scaling_256_of(addition.other), sum_scaling = scaling_256_of(addition.sum);
  const __m256i other_two = _mm256_set1_epi32(addition.other.two), sum_two = _mm256_set1_epi32(addition.sum.two);
  const __m256i half_zero = _mm256_set1_epi32(addition.half_zero_point),
                other_zero = _mm256_set1_epi32(addition.other_zero_point);
  uint32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    __m128i narrow[2];
    for (uint32_t eight = 0; eight < 2; ++eight) {
      const auto a = _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(half + i + 8 * eight)));
      const auto b = _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(other + i + 8 * eight)));
      const __m256i scaled = requantized(_mm256_slli_epi32(_mm256_sub_epi32(b, other_zero), 20), other_scaling, other_two);
      const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(_mm256_sub_epi32(a, half_zero), 19), scaled);
      narrow[eight] = narrowed(requantized(sum, sum_scaling, sum_two));
    }
    store_clamped(narrow[0], narrow[1], addition.low, addition.high, 16, output + i);
  }
  return i;
}

}  // namespace mote::x86_64

#endif
