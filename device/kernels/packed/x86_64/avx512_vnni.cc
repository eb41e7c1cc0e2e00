// The strips of the packed kernels with AVX512-VNNI, which multiplies and adds four taps of sixteen channels in one instruction.
#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"  // GCC 12 finds some in its own intrinsics (its bug 105593)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>
#include <string.h>

#include "device/kernels/packed/x86_64/instructions.h"

#define MOTE_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), always_inline)) inline
#define MOTE_TARGET_OUTLINE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), noinline))

namespace mote::x86_64 {
namespace {

constexpr uint32_t kPair = 2 * kBlock;

struct Scaling {
  __m512i multiplier, odd_multiplier, addend, shift;
};

// Of up to sixteen channels from `first` on.
MOTE_TARGET Scaling scaling_of(const Layer& layer, uint32_t first) {
  const __mmask16 padded = layer.channels - first > kBlock ? 0xFFFF : 0x00FF;
  const __m512i multiplier = _mm512_maskz_loadu_epi32(padded, constants_at(layer, kMultiplier, first));
  return {multiplier, _mm512_srli_epi64(multiplier, 32), _mm512_maskz_loadu_epi32(padded, constants_at(layer, kAddend, first)),
          _mm512_maskz_loadu_epi32(padded, constants_at(layer, kShift, first))};
}

MOTE_TARGET Scaling scaling_of(const Scale& scale) {
  const __m512i multiplier = _mm512_set1_epi32(scale.multiplier);
  return {multiplier, multiplier, _mm512_set1_epi32(scale.addend), _mm512_set1_epi32(scale.shift)};
}

// The products have 64 bits: those of even lanes are shifted down, those of odd lanes up, so that both end up in their lane.
MOTE_TARGET __m512i requantized(__m512i sums, const Scaling& scaling, __m512i two) {
  const __m512i even = _mm512_mul_epi32(sums, scaling.multiplier);
  const __m512i odd = _mm512_mul_epi32(_mm512_srli_epi64(sums, 32), scaling.odd_multiplier);
  const __m512i scaled = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 30), _mm512_slli_epi64(odd, 2));
  const __m512i whole = _mm512_mask_sub_epi32(scaled, _mm512_movepi32_mask(scaled), scaled, two);
  return _mm512_srav_epi32(_mm512_add_epi32(whole, scaling.addend), scaling.shift);
}

MOTE_TARGET __m128i clamped(__m512i values, int32_t low, int32_t high) {
  return _mm512_cvtepi32_epi8(_mm512_min_epi32(_mm512_max_epi32(values, _mm512_set1_epi32(low)), _mm512_set1_epi32(high)));
}

// kPixels pixels by kPairs pairs of blocks; with one pair, that may be a block without a partner.
template <int kPixels, int kPairs, bool kShared>
struct Tile {
  static constexpr int kSums = kPixels * kPairs;
  static constexpr int kWays = !kShared || kSums * 2 > 12 ? 1 : kSums * 4 > 12 ? 2 : 4;

  const uint8_t* inputs[kPixels];
  __m512i sums[kWays][kPixels][kPairs];
  __mmask16 padded;  // of the only pair

  MOTE_TARGET void begin(const Layer& layer, uint32_t first) {
    padded = kPairs > 1 || layer.channels - first > kBlock ? 0xFFFF : 0x00FF;
#pragma GCC unroll 2
    for (int b = 0; b < kPairs; ++b) {
      const int32_t* bias = constants_at(layer, kBiasOfUnsigned, first + kPair * static_cast<uint32_t>(b));
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p) sums[0][p][b] = _mm512_maskz_loadu_epi32(padded, bias);
    }
#pragma GCC unroll 4
    for (int way = 1; way < kWays; ++way)
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p)
#pragma GCC unroll 2
        for (int b = 0; b < kPairs; ++b) sums[way][p][b] = _mm512_setzero_si512();
  }

  MOTE_TARGET void add_group(int32_t offset, const int8_t* weights, size_t pair_bytes, int way) {
    __m512i taps[kPairs];
#pragma GCC unroll 2
    for (int b = 0; b < kPairs; ++b)
      taps[b] = _mm512_maskz_loadu_epi32(kPairs > 1 ? 0xFFFF : padded, weights + static_cast<size_t>(b) * pair_bytes);
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) {
      int32_t four;
      memcpy(&four, inputs[p] + offset, sizeof four);
#pragma GCC unroll 2
      for (int b = 0; b < kPairs; ++b) {
        const __m512i x = kShared ? _mm512_set1_epi32(four) : _mm512_loadu_si512(inputs[p] + offset + 64 * b);
        sums[way][p][b] = _mm512_dpbusd_epi32(sums[way][p][b], x, taps[b]);
      }
    }
  }

  MOTE_TARGET __m512i sum(int pixel, int pair) const {
    __m512i all = sums[0][pixel][pair];
#pragma GCC unroll 4
    for (int way = 1; way < kWays; ++way) all = _mm512_add_epi32(all, sums[way][pixel][pair]);
    return all;
  }

  MOTE_TARGET void end(const Strip& strip, const Layer& layer, uint32_t first) const {
    const Ending ending = layer.ending;
    const __m512i two = _mm512_set1_epi32(two_of(ending));
#pragma GCC unroll 2
    for (int b = 0; b < kPairs; ++b, first += kPair) {
      const Scaling scaling = scaling_of(layer, first);
      const uint32_t left = layer.channels - first;
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p) {
        const __m128i bytes = clamped(requantized(sum(p, b), scaling, two), ending.low, ending.high);
        int8_t* to = strip.outputs[p] + first;
        if (left >= kPair)
          _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
        else
          _mm_mask_storeu_epi8(to, static_cast<__mmask16>((1u << left) - 1), bytes);
      }
    }
  }
};

template <int kPixels, int kPairs, bool kShared>
MOTE_TARGET_OUTLINE void run_tile(const Strip& strip, const Layer& layer, uint32_t first) {
  Tile<kPixels, kPairs, kShared> tile;
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) tile.inputs[p] = strip.inputs[p] + (kShared ? 0 : size_t{first} * kGroup);
  tile.begin(layer, first);
  const int8_t* weights = weights_at(layer, first);
  const size_t pair_bytes = size_t{kPair} * kGroup * layer.groups;
  const size_t step = tile.padded == 0xFFFF ? kPair * kGroup : kBlock * kGroup;
  const int32_t* offsets = layer.offsets;
  uint32_t g = layer.groups;
  for (; g >= tile.kWays; g -= tile.kWays, offsets += tile.kWays) {
#pragma GCC unroll 4
    for (int way = 0; way < tile.kWays; ++way, weights += step) tile.add_group(offsets[way], weights, pair_bytes, way);
  }
  for (; g > 0; --g, weights += step) tile.add_group(*offsets++, weights, pair_bytes, 0);
  tile.end(strip, layer, first);
}

// Two pairs at once share what is read of the input, one pair at once leaves room for twice the pixels.
template <int kPixels, bool kShared>
void run_tiles(const Strip& strip, const Layer& layer) {
  uint32_t first = 0;
  if (kShared && kPixels <= 6)
    for (; first + 2 * kPair <= padded_channels(layer.channels); first += 2 * kPair)
      run_tile<kPixels <= 6 ? kPixels : 1, 2, kShared>(strip, layer, first);
  for (; first < layer.channels; first += kPair) run_tile<kPixels, 1, kShared>(strip, layer, first);
}

template <bool kShared>
void run_strip(const Strip& strip, const Layer& layer) {
  switch (strip.pixels) {
    case 1:
      return run_tiles<1, kShared>(strip, layer);
    case 2:
      return run_tiles<2, kShared>(strip, layer);
    case 3:
      return run_tiles<3, kShared>(strip, layer);
    case 4:
      return run_tiles<4, kShared>(strip, layer);
    case 5:
      return run_tiles<5, kShared>(strip, layer);
    case 6:
      return run_tiles<6, kShared>(strip, layer);
    case 7:
      return run_tiles<7, kShared>(strip, layer);
    case 8:
      return run_tiles<8, kShared>(strip, layer);
    case 9:
      return run_tiles<9, kShared>(strip, layer);
    case 10:
      return run_tiles<10, kShared>(strip, layer);
    case 11:
      return run_tiles<11, kShared>(strip, layer);
    default:
      return run_tiles<12, kShared>(strip, layer);
  }
}

MOTE_TARGET_OUTLINE uint32_t add_512(const Addition& addition, const int8_t* half, const int8_t* other, uint32_t count,
                                     int8_t* output) {
  const Scaling other_scaling = scaling_of(addition.other), sum_scaling = scaling_of(addition.sum);
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

bool is_here() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

}  // namespace

const Instructions kAvx512Vnni = {"AVX512-VNNI", is_here, 0x80, 12, 12, run_strip<true>, run_strip<false>, add_512};

}  // namespace mote::x86_64

#endif
