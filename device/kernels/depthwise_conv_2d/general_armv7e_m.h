// A depthwise filter of any shape, for one row of the output: four channels at a time, straight from the input.
#pragma once

#include "device/kernels/depthwise_conv_2d/tap_places.h"
#include "device/kernels/packed/armv7e_m.h"
#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {

struct FourSums {
  int32_t of[4];

  // One tap of each channel.
  void add(uint32_t x, uint32_t w) {
    const uint32_t even = simd32::sxtb16(x), odd = simd32::sxtb16_second(x), even_w = simd32::sxtb16(w),
                   odd_w = simd32::sxtb16_second(w);
    of[0] = simd32::smlabb(even, even_w, of[0]);
    of[1] = simd32::smlabb(odd, odd_w, of[1]);
    of[2] = simd32::smlatt(even, even_w, of[2]);
    of[3] = simd32::smlatt(odd, odd_w, of[3]);
  }
};

// The taps of one output place (find_places) and what those outside the input read as, in each byte.
struct TapPlaces {
  const uint32_t *places, *end;
  uint32_t outside;
};

inline TapPlaces tap_places(const Convolution& conv, const uint32_t* places) {
  return {places, places + conv.window.height.filter * conv.window.width.filter,
          static_cast<uint8_t>(conv.input_zero_point) * 0x01010101u};
}

// The sums of `count` channels, 4 or fewer, the first of which lies at `input`, by a word of weights for each tap.
FourSums general_sums(const TapPlaces& taps, const int8_t* input, const uint32_t* weights, uint32_t count);

// `count` channels from `first` on at one output place. `packed.weights` are their taps; their sums are `offset` too small for
// the records.
template <Rounding kRounding>
void general_place(const TapPlaces& taps, const Packed& packed, const int8_t* input, uint32_t first, uint32_t count,
                   int32_t offset, int8_t* output) {
  const FourSums sums = general_sums(taps, input + first, packed.weights, count);
  for (uint32_t i = 0; i < count; ++i)
    output[first + i] = requantize<kRounding>(2 * (sums.of[i] + offset), packed.records[first + i]);
}

// `places` has room for tap_places_bytes().
template <Rounding kRounding>
void general_row(const Convolution& conv, const Packed& packed, const Rows<const int8_t>& input, uint32_t y, int8_t* output,
                 uint32_t* places) {
  const uint32_t channels = conv.output_channels, count = channels < 4 ? channels : 4, blocks = blocks_of(channels, 4);
  for (uint32_t x = 0; x < static_cast<uint32_t>(conv.window.width.output); ++x, output += channels) {
    find_places(conv, input, y, x, places);
    const TapPlaces taps = tap_places(conv, places);
    Packed four = packed;
    for (uint32_t block = 0; block < blocks; ++block, four.weights += taps.end - taps.places)
      general_place<kRounding>(taps, four, input.base, first_of_four(block, channels), count, 0, output);
  }
}

}  // namespace mote::armv7e_m
