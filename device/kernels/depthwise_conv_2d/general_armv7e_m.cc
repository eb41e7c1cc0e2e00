// Sums of four channels under a depthwise filter of any shape, for Armv7E-M.
#include "device/kernels/depthwise_conv_2d/general_armv7e_m.h"

namespace mote::armv7e_m {
namespace {

// Fewer than four bytes, and no byte further.
uint32_t load_few(const int8_t* from, uint32_t count) {
  uint32_t word = 0;
  for (uint32_t i = 0; i < count; ++i) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[i])) << 8 * i;
  return word;
}

template <typename Load>
FourSums sums_of(const TapPlaces& taps, const uint32_t* weights, Load load) {
  FourSums sums = {};
  for (const uint32_t* place = taps.places; place != taps.end; ++place)
    sums.add(*place == kOutside ? taps.outside : load(*place), *weights++);
  return sums;
}

}  // namespace

FourSums general_sums(const TapPlaces& taps, const int8_t* input, const uint32_t* weights, uint32_t count) {
  if (count < 4) return sums_of(taps, weights, [&](uint32_t place) { return load_few(input + place, count); });
  return sums_of(taps, weights, [&](uint32_t place) { return simd32::load(input + place); });
}

}  // namespace mote::armv7e_m
