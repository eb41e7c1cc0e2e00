// A depthwise filter of any shape, for one row of the output: four channels at a time, straight from the input.
#pragma once

#include "device/kernels/packed/armv7e_m.h"
#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {

struct FourSums {
  int32_t of[4];

  // One tap of each channel.
  void add(uint32_t x, uint32_t w) {
    const uint32_t even = simd32::sxtb16(x), odd = simd32::sxtb16(x >> 8), even_w = simd32::sxtb16(w),
                   odd_w = simd32::sxtb16(w >> 8);
    of[0] = simd32::smlabb(even, even_w, of[0]);
    of[1] = simd32::smlabb(odd, odd_w, of[1]);
    of[2] = simd32::smlatt(even, even_w, of[2]);
    of[3] = simd32::smlatt(odd, odd_w, of[3]);
  }
};

// The sums of `count` channels from `channel` on, 4 or all of fewer, at output place (y, x). Outside the input is its zero point.
FourSums general_sums(const Convolution& conv, const Rows<const int8_t>& input, const uint32_t* weights, const uint32_t place[2],
                      uint32_t channel, uint32_t count);

// Four channels from `first` on, or all of fewer, along one row of the output. `packed.weights` are their taps; their sums are
// `offset` too small for the records.
template <Rounding kRounding>
void general_block(const Convolution& conv, const Packed& packed, const Rows<const int8_t>& input, uint32_t y, uint32_t first,
                   int32_t offset, int8_t* output) {
  const uint32_t channels = conv.output_channels, count = channels < 4 ? channels : 4;
  for (uint32_t x = 0; x < static_cast<uint32_t>(conv.window.width.output); ++x, output += channels) {
    const uint32_t place[2] = {y, x};
    const FourSums sums = general_sums(conv, input, packed.weights, place, first, count);
    for (uint32_t i = 0; i < count; ++i)
      output[first + i] = requantize<kRounding>(2 * (sums.of[i] + offset), packed.records[first + i]);
  }
}

template <Rounding kRounding>
void general_row(const Convolution& conv, const Packed& packed, const Rows<const int8_t>& input, uint32_t y, int8_t* output) {
  const auto taps = static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter);
  for (uint32_t block = 0; block < blocks_of(conv.output_channels, 4); ++block) {
    const Packed four = {packed.weights + size_t{block} * taps, packed.records};
    general_block<kRounding>(conv, four, input, y, first_of_four(block, conv.output_channels), 0, output);
  }
}

}  // namespace mote::armv7e_m
