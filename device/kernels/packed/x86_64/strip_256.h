// Strips in vectors of 256 bits, for a way to multiply that the source which includes this file gives first:
//
//   MOTE_TARGET   the attributes of functions that use its instructions
//   Multiply      prepared(x): what add needs of 32 activations, whatever the weights
//                 add(sums, prepared, weights): eight sums and four products each
//                 kRow: the constants to begin with; kBusy: sums that keep the machine busy
#pragma once

#include "device/kernels/packed/x86_64/requantize_256.h"

namespace mote::x86_64 {
namespace {

// kPixels pixels by kBlocks blocks of channels. Few sums would wait for each other, so each is then split into kWays.
template <int kPixels, int kBlocks, bool kShared>
struct Tile {
  static constexpr int kSums = kPixels * kBlocks;
  static constexpr int kWays = !kShared || kSums * 2 > Multiply::kBusy ? 1 : kSums * 4 > Multiply::kBusy ? 2 : 4;

  const uint8_t* inputs[kPixels];
  __m256i sums[kWays][kPixels][kBlocks];

  MOTE_TARGET void begin(const Layer& layer, uint32_t first) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) {
      const __m256i bias = load_256(constants_at(layer, Multiply::kRow, first + kBlock * static_cast<uint32_t>(b)));
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p) sums[0][p][b] = bias;
    }
#pragma GCC unroll 4
    for (int way = 1; way < kWays; ++way)
#pragma GCC unroll 16
      for (int p = 0; p < kPixels; ++p)
#pragma GCC unroll 2
        for (int b = 0; b < kBlocks; ++b) sums[way][p][b] = _mm256_setzero_si256();
  }

  MOTE_TARGET void add_group(int32_t offset, const int8_t* weights, int way) {
    __m256i taps[kBlocks];
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) taps[b] = load_256(weights + 32 * b);
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) {
      if (kShared) {
        int32_t four;
        memcpy(&four, inputs[p] + offset, sizeof four);
        const auto prepared = Multiply::prepared(_mm256_set1_epi32(four));
#pragma GCC unroll 2
        for (int b = 0; b < kBlocks; ++b) sums[way][p][b] = Multiply::add(sums[way][p][b], prepared, taps[b]);
      } else {
#pragma GCC unroll 2
        for (int b = 0; b < kBlocks; ++b) {
          const auto prepared = Multiply::prepared(load_256(inputs[p] + offset + 32 * b));
          sums[way][p][b] = Multiply::add(sums[way][p][b], prepared, taps[b]);
        }
      }
    }
  }

  MOTE_TARGET __m256i sum(int pixel, int block) const {
    __m256i all = sums[0][pixel][block];
#pragma GCC unroll 4
    for (int way = 1; way < kWays; ++way) all = _mm256_add_epi32(all, sums[way][pixel][block]);
    return all;
  }

  MOTE_TARGET void end(const Strip& strip, const Layer& layer, uint32_t first) const {
    const uint32_t left = layer.channels - first;
    const Ending ending = layer.ending;
    const __m256i two = _mm256_set1_epi32(two_of(ending));
    Scaling256 scaling[kBlocks];
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) scaling[b] = scaling_256_of(layer, first + kBlock * static_cast<uint32_t>(b));
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) {
      __m128i narrow[kBlocks];
#pragma GCC unroll 2
      for (int b = 0; b < kBlocks; ++b) narrow[b] = narrowed(requantized(sum(p, b), scaling[b], two));
      store_clamped(narrow[0], narrow[kBlocks - 1], ending.low, ending.high, left < kBlocks * kBlock ? left : kBlocks * kBlock,
                    strip.outputs[p] + first);
    }
  }
};

template <int kPixels, int kBlocks, bool kShared>
MOTE_TARGET_OUTLINE void run_tile(const Strip& strip, const Layer& layer, uint32_t first) {
  Tile<kPixels, kBlocks, kShared> tile;
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p) tile.inputs[p] = strip.inputs[p] + (kShared ? 0 : size_t{first} * kGroup);
  tile.begin(layer, first);
  const int8_t* weights = weights_at(layer, first);
  const int32_t* offsets = layer.offsets;
  uint32_t g = layer.groups;
  for (; g >= tile.kWays; g -= tile.kWays, offsets += tile.kWays) {
#pragma GCC unroll 4
    for (int way = 0; way < tile.kWays; ++way, weights += 32 * kBlocks) tile.add_group(offsets[way], weights, way);
  }
  for (; g > 0; --g, weights += 32 * kBlocks) tile.add_group(*offsets++, weights, 0);
  tile.end(strip, layer, first);
}

template <bool kShared, int kPixels>
void run_tiles(const Strip& strip, const Layer& layer) {
  const uint32_t channels = padded_channels(layer.channels);
  uint32_t first = 0;
  for (; first + 2 * kBlock <= channels; first += 2 * kBlock) run_tile<kPixels, 2, kShared>(strip, layer, first);
  if (first < channels) run_tile<kPixels, 1, kShared>(strip, layer, first);
}

template <bool kShared>
void run_strip(const Strip& strip, const Layer& layer) {
  switch (strip.pixels) {
    case 1:
      return run_tiles<kShared, 1>(strip, layer);
    case 2:
      return run_tiles<kShared, 2>(strip, layer);
    case 3:
      return run_tiles<kShared, 3>(strip, layer);
    case 4:
      return run_tiles<kShared, 4>(strip, layer);
    case 5:
      return run_tiles<kShared, 5>(strip, layer);
    default:
      return run_tiles<kShared, 6>(strip, layer);
  }
}

}  // namespace
}  // namespace mote::x86_64
