// Sums of four output channels side by side.
#pragma once

#include "device/kernels/weighted.h"

namespace mote {

struct FourSums {
  int32_t at[4];

  // Adds weights[k * stride + i] * (data[i] - zero_point) over i to sum k.
  void add_dot(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count, int32_t zero_point);

  // Adds weights[k * stride + i] * data[i] over i to sum k.
  void add_products(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count);

  // Likewise add_dot of weights of 4 bits, in pairs from a whole byte on, each channel's `pairs` bytes after the one before.
  void add_nibbles(const int8_t* data, Nibbles weights, uint32_t pairs, int32_t zero_point);

  // The first `count`.
  void store(const Scaling& scaling, const int32_t* bias, uint32_t channel, int8_t* output, uint32_t count = 4) const;
};

// Calls body(first channel of four) until all channels were in one; the last four may begin before the ones before them end.
// REQUIRES at least 4 channels.
template <typename Body>
void for_each_four(uint32_t channels, Body body) {
  for (uint32_t channel = 0; channel < channels; channel += 4) body(channel + 4 <= channels ? channel : channels - 4);
}

}  // namespace mote
