// From a sum of products to an int8 output (packed/armv7e_m.h).
#pragma once

#include "device/kernels/packed/armv7e_m.h"
#include "device/kernels/packed/simd32.h"

namespace mote::armv7e_m {

// `twice` is 2 * s. The result is limited to int8.
template <Rounding kRounding>
inline int8_t requantize(int32_t twice, const Requantization& record) {
  const int32_t a = simd32::add(record.twice_bias, twice);
  int32_t b;
  if (kRounding == Rounding::double_rounding)
    b = simd32::add(simd32::smmlar(a, record.multiplier, record.addend), a >> 31);
  else
    b = simd32::smmla(a, record.multiplier, record.addend);
  return static_cast<int8_t>(simd32::ssat8(b >> record.shift));
}

// The fused activation, on outputs that are limited to int8 already.
void clamp_outputs(int8_t* values, size_t count, const Ending& ending);

}  // namespace mote::armv7e_m
