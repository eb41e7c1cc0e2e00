// The strips of the packed kernels with AVX512-VNNI, which multiplies and adds four taps of sixteen channels in one instruction.
#if defined(__x86_64__)

#include "device/kernels/packed/x86_64/requantize_512.h"

#define MOTE_VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), always_inline)) inline
#define MOTE_VNNI_OUTLINE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), noinline))

namespace mote::x86_64 {
namespace {

// kPixels pixels by kPairs pairs of blocks; with one pair, that may be a block without a partner.
template <int kPixels, int kPairs, bool kShared>
struct Tile {
  static constexpr int kSums = kPixels * kPairs;
  static constexpr int kWays = !kShared || kSums * 2 > 12 ? 1 : kSums * 4 > 12 ? 2 : 4;

  const uint8_t* inputs[kPixels];
  __m512i sums[kWays][kPixels][kPairs];
  __mmask16 padded;  // of the only pair

  MOTE_VNNI void begin(const Layer& layer, uint32_t first) {
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

  MOTE_VNNI void add_group(int32_t offset, const int8_t* weights, size_t pair_bytes, int way) {
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

  MOTE_VNNI __m512i sum(int pixel, int pair) const {
    __m512i all = sums[0][pixel][pair];
#pragma GCC unroll 4
    for (int way = 1; way < kWays; ++way) all = _mm512_add_epi32(all, sums[way][pixel][pair]);
    return all;
  }

  MOTE_VNNI void end(const Strip& strip, const Layer& layer, uint32_t first) const {
    const Ending ending = layer.ending;
    const __m512i two = _mm512_set1_epi32(two_of(ending));
#pragma GCC unroll 2
    for (int b = 0; b < kPairs; ++b, first += kPair) {
      const Scaling512 scaling = scaling_512_of(layer, first);
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
MOTE_VNNI_OUTLINE void run_tile(const Strip& strip, const Layer& layer, uint32_t first) {
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

bool is_here() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

}  // namespace

const Instructions kAvx512Vnni = {"AVX512-VNNI", is_here, 0x80, 12, 12, run_strip<true>, run_strip<false>, add_512};

}  // namespace mote::x86_64

#endif
