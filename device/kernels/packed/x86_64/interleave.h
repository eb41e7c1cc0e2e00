// Four rows into one, byte by byte: what a depthwise convolution multiplies at once.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace mote::x86_64 {

// to[4 * (i * times + k) + r] = rows[r][i] ^ flip, k < times: each input channel has `times` output channels.
inline void interleave_each(const int8_t* const* rows, size_t first, size_t count, uint32_t times, uint8_t flip, uint8_t* to) {
  for (size_t i = first; i < count; ++i)
    for (uint32_t k = 0; k < times; ++k)
      for (size_t r = 0; r < 4; ++r) to[4 * (i * times + k) + r] = static_cast<uint8_t>(rows[r][i]) ^ flip;
}

#if defined(__x86_64__)
// The longest part of it that vectors of 16 cover, for one output channel each.
inline size_t interleave_sixteens(const int8_t* const* rows, size_t count, uint8_t flip, uint8_t* to) {
  const __m128i flips = _mm_set1_epi8(static_cast<char>(flip));
  const auto load = [&](size_t r, size_t i) {
    return _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[r] + i)), flips);
  };
  const auto store = [&](size_t at, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), value); };
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m128i a = load(0, i), b = load(1, i), c = load(2, i), d = load(3, i);
    const __m128i low_ab = _mm_unpacklo_epi8(a, b), high_ab = _mm_unpackhi_epi8(a, b);
    const __m128i low_cd = _mm_unpacklo_epi8(c, d), high_cd = _mm_unpackhi_epi8(c, d);
    store(4 * i, _mm_unpacklo_epi16(low_ab, low_cd));
    store(4 * i + 16, _mm_unpackhi_epi16(low_ab, low_cd));
    store(4 * i + 32, _mm_unpacklo_epi16(high_ab, high_cd));
    store(4 * i + 48, _mm_unpackhi_epi16(high_ab, high_cd));
  }
  return i;
}
#endif

inline void interleave(const int8_t* const* rows, size_t count, uint32_t times, uint8_t flip, uint8_t* to) {
  size_t done = 0;
#if defined(__x86_64__)
  if (times == 1) done = interleave_sixteens(rows, count, flip, to);
#endif
  interleave_each(rows, done, count, times, flip, to);
}

}  // namespace mote::x86_64
