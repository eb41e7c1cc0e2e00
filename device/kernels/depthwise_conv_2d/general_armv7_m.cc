// Sums of four channels or one under a depthwise filter of any shape, for Armv7-M.
#include "device/kernels/depthwise_conv_2d/general_armv7_m.h"

#include "device/kernels/depthwise_conv_2d/tap_places.h"
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {
namespace {

struct Four {
  int32_t a = 0, b = 0, c = 0, d = 0;

  void take(const int8_t* x, const int8_t* w) {
    a = add(a, x[0] * w[0]);
    b = add(b, x[1] * w[1]);
    c = add(c, x[2] * w[2]);
    d = add(d, x[3] * w[3]);
  }
};

struct One {
  int32_t sum = 0;

  void take(const int8_t* x, const int8_t* w) { sum = add(sum, x[0] * w[0]); }
};

struct TapPlaces {
  const uint32_t *places, *end;
  uint32_t channels;
  int8_t outside[4];  // the zero point

  template <typename Sums>
  Sums sums(const int8_t* input, const int8_t* weights) const {
    Sums sums;
    for (const uint32_t* place = places; place != end; ++place, weights += channels)
      sums.take(*place == kOutside ? outside : input + *place, weights);
    return sums;
  }
};

}  // namespace

void general_row(const Convolution& conv, const Packed& packed, Rounding rounding, const Rows<const int8_t>& input, uint32_t y,
                 int8_t* output, uint32_t* places) {
  const uint32_t channels = conv.output_channels, fours = channels / 4 * 4;
  const auto zero = static_cast<int8_t>(conv.input_zero_point);
  const TapPlaces taps = {
      places, places + conv.window.height.filter * conv.window.width.filter, channels, {zero, zero, zero, zero}};
  const auto finish = [&](int32_t sum, uint32_t channel) {
    output[channel] = requantize(sum, packed.records[channel], rounding);
  };
  for (uint32_t x = 0; x < static_cast<uint32_t>(conv.window.width.output); ++x, output += channels) {
    find_places(conv, input, y, x, places);
    for (uint32_t channel = 0; channel < fours; channel += 4) {
      const Four sums = taps.sums<Four>(input.base + channel, packed.weights + channel);
      finish(sums.a, channel), finish(sums.b, channel + 1), finish(sums.c, channel + 2), finish(sums.d, channel + 3);
    }
    for (uint32_t channel = fours; channel < channels; ++channel)
      finish(taps.sums<One>(input.base + channel, packed.weights + channel).sum, channel);
  }
}

}  // namespace mote::armv7_m
