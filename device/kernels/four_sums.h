// Sums of four output channels side by side.
#pragma once

#include "device/kernels/weighted.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote {

struct FourSums {
  int32_t at[4];

  // Adds weights[k * stride + i] * (data[i] - zero_point) over i to sum k.
#ifdef __ARM_FEATURE_MVE
  // Sixteen products at once, and beside them the sum of the weights, from which the zero point is taken off.
  void add_dot(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count, int32_t zero_point) {
    int32_t of_weights[4] = {};
    for (uint32_t i = 0; i < count; i += 16) {
      const mve_pred16_t lanes = vctp8q(count - i);  // the other ones read as 0
      const int8x16_t values = vldrbq_z_s8(data + i, lanes);
      const int8_t* from = weights + i;
      for (uint32_t k = 0; k < 4; ++k, from += stride) {
        const int8x16_t filter = vldrbq_z_s8(from, lanes);
        at[k] = vmladavaq_s8(at[k], values, filter);
        of_weights[k] = vaddvaq_s8(of_weights[k], filter);
      }
    }
    for (uint32_t k = 0; k < 4; ++k) at[k] -= zero_point * of_weights[k];
  }
#else
  void add_dot(const int8_t* data, const int8_t* weights, size_t stride, uint32_t count, int32_t zero_point) {
    const int8_t *w0 = weights, *w1 = w0 + stride, *w2 = w1 + stride, *w3 = w2 + stride;
    int32_t a = at[0], b = at[1], c = at[2], d = at[3];
    for (uint32_t i = 0; i < count; ++i) {
      const int32_t value = data[i] - zero_point;
      a += w0[i] * value;
      b += w1[i] * value;
      c += w2[i] * value;
      d += w3[i] * value;
    }
    at[0] = a, at[1] = b, at[2] = c, at[3] = d;
  }
#endif

  void store(const Scaling& scaling, const int32_t* bias, uint32_t channel, int8_t* output) const {
    for (uint32_t k = 0; k < 4; ++k) output[channel + k] = scaling.apply(bias[channel + k] + at[k], channel + k);
  }
};

// Calls body(first channel of four) until all channels were in one; the last four may begin before the ones before them end.
// REQUIRES at least 4 channels.
template <typename Body>
void for_each_four(uint32_t channels, Body body) {
  for (uint32_t channel = 0; channel < channels; channel += 4) body(channel + 4 <= channels ? channel : channels - 4);
}

}  // namespace mote
