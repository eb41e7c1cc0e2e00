// Sums of up to four channels under a depthwise filter of any shape, for Armv7-M.
#include "device/kernels/depthwise_conv_2d/general_armv7_m.h"

#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {
namespace {

struct FourSums {
  int32_t of[4] = {};

  // One tap of `count` channels.
  void take(const int8_t* x, const int8_t* w, uint32_t count) {
    if (count == 4) {
      for (uint32_t i = 0; i < 4; ++i) of[i] = add(of[i], x[i] * w[i]);
    } else {
      for (uint32_t i = 0; i < count; ++i) of[i] = add(of[i], x[i] * w[i]);
    }
  }
};

// Channels `channel` to `channel + count` of the output at (y, x). Outside the input is its zero point.
FourSums sums_at(const Convolution& conv, const Rows<const int8_t>& input, const int8_t* weights, uint32_t y, uint32_t x,
                 uint32_t channel, uint32_t count) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const auto zero = static_cast<int8_t>(conv.input_zero_point);
  const int8_t outside[4] = {zero, zero, zero, zero};
  const int32_t left = static_cast<int32_t>(x) * width.stride - width.pad;
  FourSums sums;
  int32_t input_y = static_cast<int32_t>(y) * height.stride - height.pad;
  weights += channel;
  for (int32_t row = 0; row < height.filter; ++row, input_y += conv.dilation_height) {
    const bool inside = input_y >= 0 && input_y < height.input;
    const int8_t* from = inside ? input.at(static_cast<uint32_t>(input_y)) + channel : nullptr;
    int32_t input_x = left;
    for (int32_t column = 0; column < width.filter; ++column, input_x += conv.dilation_width, weights += conv.output_channels) {
      const bool on = inside && input_x >= 0 && input_x < width.input;
      sums.take(on ? from + static_cast<uint32_t>(input_x) * conv.input_channels : outside, weights, count);
    }
  }
  return sums;
}

}  // namespace

void general_row(const Convolution& conv, const Packed& packed, Rounding rounding, const Rows<const int8_t>& input, uint32_t y,
                 int8_t* output) {
  const uint32_t channels = conv.output_channels, width = static_cast<uint32_t>(conv.window.width.output);
  for (uint32_t x = 0; x < width; ++x, output += channels)
    for (uint32_t first = 0, count; first < channels; first += count) {
      count = channels - first < 4 ? channels - first : 4;
      const FourSums sums = sums_at(conv, input, packed.weights, y, x, first, count);
      for (uint32_t i = 0; i < count; ++i) output[first + i] = requantize(sums.of[i], packed.records[first + i], rounding);
    }
}

}  // namespace mote::armv7_m
