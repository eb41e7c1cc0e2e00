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

}  // namespace

FourSums general_sums(const Convolution& conv, const Rows<const int8_t>& input, const uint32_t* weights, const uint32_t place[2],
                      uint32_t channel, uint32_t count) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const uint32_t outside = static_cast<uint8_t>(conv.input_zero_point) * 0x01010101u;
  const int32_t left = static_cast<int32_t>(place[1]) * width.stride - width.pad;
  const auto step = static_cast<int32_t>(conv.input_channels) * conv.dilation_width;
  FourSums sums = {};
  int32_t y = static_cast<int32_t>(place[0]) * height.stride - height.pad;
  for (int32_t row = 0; row < height.filter; ++row, y += conv.dilation_height) {
    const bool inside = y >= 0 && y < height.input;
    const int8_t* from = inside ? input.at(static_cast<uint32_t>(y)) + channel : nullptr;
    int32_t x = left, at = left * static_cast<int32_t>(conv.input_channels);
    for (int32_t column = 0; column < width.filter; ++column, x += conv.dilation_width, at += step) {
      uint32_t word = outside;
      if (inside && x >= 0 && x < width.input) word = count == 4 ? simd32::load(from + at) : load_few(from + at, count);
      sums.add(word, *weights++);
    }
  }
  return sums;
}

}  // namespace mote::armv7e_m
