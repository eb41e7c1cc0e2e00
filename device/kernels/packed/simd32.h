// The instructions of Armv7E-M that take 16-bit halves of words, each as a function; plain C where a core does not have them.
//
// Sums wrap modulo 2^32, as the instructions do.
#pragma once

#include <stdint.h>
#include <string.h>

// The loops that are written out in assembler need the Thumb encoding and every register, which an unoptimised build does not
// give.
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__OPTIMIZE__)
#define MOTE_SIMD32 1
#else
#define MOTE_SIMD32 0
#endif

namespace mote::simd32 {

// A word of any alignment.
inline uint32_t load(const int8_t* from) {
  uint32_t word;
  memcpy(&word, from, 4);
  return word;
}

inline void store(int8_t* to, uint32_t word) { memcpy(to, &word, 4); }

inline int32_t low(uint32_t word) { return static_cast<int16_t>(word & 0xFFFF); }
inline int32_t high(uint32_t word) { return static_cast<int16_t>(word >> 16); }
inline int32_t add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }

// Bytes 0 and 2, sign-extended to halves.
inline uint32_t sxtb16(uint32_t word) {
#if MOTE_SIMD32
  uint32_t result;
  asm("sxtb16 %0, %1" : "=r"(result) : "r"(word));
  return result;
#else
  return static_cast<uint32_t>(static_cast<uint16_t>(static_cast<int8_t>(word))) |
         static_cast<uint32_t>(static_cast<uint16_t>(static_cast<int8_t>(word >> 16))) << 16;
#endif
}

// Bytes 1 and 3, sign-extended to halves.
inline uint32_t sxtb16_second(uint32_t word) {
#if MOTE_SIMD32
  uint32_t result;
  asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
  return result;
#else
  return sxtb16(word >> 8);
#endif
}

// Halves plus bytes 0 and 2, or bytes 1 and 3.
inline uint32_t sxtab16(uint32_t halves, uint32_t word) {
#if MOTE_SIMD32
  uint32_t result;
  asm("sxtab16 %0, %1, %2" : "=r"(result) : "r"(halves), "r"(word));
  return result;
#else
  const uint32_t bytes = sxtb16(word);
  return ((halves + bytes) & 0xFFFF) | ((halves & 0xFFFF0000) + (bytes & 0xFFFF0000));
#endif
}
inline uint32_t sxtab16_second(uint32_t halves, uint32_t word) {
#if MOTE_SIMD32
  uint32_t result;
  asm("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(halves), "r"(word));
  return result;
#else
  return sxtab16(halves, word >> 8);
#endif
}

// The larger and the smaller of each two bytes, which have signs.
inline uint32_t smax8(uint32_t a, uint32_t b) {
#if MOTE_SIMD32
  uint32_t result;
  asm("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b) : "cc");
  return result;
#else
  constexpr uint32_t kTops = 0x80808080;
  const uint32_t unlike = a ^ b;
  const uint32_t rests = (a | kTops) - (b & ~kTops);                        // the top bits say which of 7 bits are larger
  const uint32_t larger = ((rests ^ ((rests ^ b) & unlike)) & kTops) >> 7;  // where a is: of unlike signs, where b is below 0
  return b ^ (unlike & ((larger << 8) - larger));
#endif
}
inline uint32_t smin8(uint32_t a, uint32_t b) {
#if MOTE_SIMD32
  uint32_t result;
  asm("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(result) : "r"(a), "r"(b) : "cc");
  return result;
#else
  return a ^ b ^ smax8(a, b);
#endif
}

// sum + low * low + high * high
inline int32_t smlad(uint32_t a, uint32_t b, int32_t sum) {
#if MOTE_SIMD32
  int32_t result;
  asm("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return add(add(sum, low(a) * low(b)), high(a) * high(b));
#endif
}

// sum + low * low, sum + high * high
inline int32_t smlabb(uint32_t a, uint32_t b, int32_t sum) {
#if MOTE_SIMD32
  int32_t result;
  asm("smlabb %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return add(sum, low(a) * low(b));
#endif
}
inline int32_t smlatt(uint32_t a, uint32_t b, int32_t sum) {
#if MOTE_SIMD32
  int32_t result;
  asm("smlatt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return add(sum, high(a) * high(b));
#endif
}

// The upper word of sum * 2^32 + a * b, rounded to nearest with halves upward, or rounded down.
inline int32_t smmlar(int32_t a, int32_t b, int32_t sum) {
#if MOTE_SIMD32
  int32_t result;
  asm("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return add(sum, static_cast<int32_t>((int64_t{a} * b + (int64_t{1} << 31)) >> 32));
#endif
}
inline int32_t smmla(int32_t a, int32_t b, int32_t sum) {
#if MOTE_SIMD32
  int32_t result;
  asm("smmla %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
#else
  return add(sum, static_cast<int32_t>((int64_t{a} * b) >> 32));
#endif
}

// Limited to -128 ... 127.
inline int32_t ssat8(int32_t value) {
#if MOTE_SIMD32
  int32_t result;
  asm("ssat %0, #8, %1" : "=r"(result) : "r"(value));
  return result;
#else
  return value < INT8_MIN ? INT8_MIN : value > INT8_MAX ? INT8_MAX : value;
#endif
}

}  // namespace mote::simd32
