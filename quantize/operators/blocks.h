// The inner loop of the float convolutions: sixteen output channels at a time, kept in registers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mote {

constexpr uint32_t kBlock = 16;

struct Block {
  typedef float Lane __attribute__((vector_size(16)));
  Lane lane[kBlock / 4] = {};

  // += x[t] * weights[t][0..16) over `count` taps.
  void accumulate(const float* x, const float* weights, size_t count) {
    for (size_t t = 0; t < count; ++t) {
      const Lane value = {x[t], x[t], x[t], x[t]};
      for (uint32_t l = 0; l < kBlock / 4; ++l) {
        Lane w;
        __builtin_memcpy(&w, weights + t * kBlock + 4 * l, sizeof w);
        lane[l] += value * w;
      }
    }
  }

  // output[c] = clamp(sum + bias[c]); bias may be null.
  void store(float* output, const float* bias, uint32_t channels, float low, float high) const {
    for (uint32_t c = 0; c < channels; ++c)
      output[c] = std::clamp(lane[c / 4][c % 4] + (bias == nullptr ? 0.0f : bias[c]), low, high);
  }
};

// [channels][taps] to [blocks][taps][16], the last block filled up with zeros.
inline std::vector<float> pack_blocks(const std::vector<float>& weights, uint32_t channels) {
  const size_t taps = weights.size() / channels;
  std::vector<float> packed((channels + kBlock - 1) / kBlock * kBlock * taps, 0.0f);
  for (uint32_t c = 0; c < channels; ++c)
    for (size_t t = 0; t < taps; ++t) packed[(c / kBlock * taps + t) * kBlock + c % kBlock] = weights[c * taps + t];
  return packed;
}

}  // namespace mote
