// Sums of four channels under a depthwise filter of any shape, for Armv7E-M.
#include "device/kernels/depthwise_conv_2d/general_armv7e_m.h"

#include "device/kernels/requantize.h"

namespace mote::armv7e_m {
namespace {

// Fewer than four bytes, and no byte further.
uint32_t load_few(const int8_t* from, uint32_t count) {
  uint32_t word = 0;
  for (uint32_t i = 0; i < count; ++i) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[i])) << 8 * i;
  return word;
}

// Taps of one filter row, at least one, `step` bytes apart; a step of 0 reads one place again and again.
struct Run {
  const int8_t* from;
  int32_t step;
  int32_t taps;
};

[[gnu::noinline]] const uint32_t* add_run(FourSums* sums, Run run, const uint32_t* weights, uint32_t channels) {
  FourSums now = *sums;
  for (; run.taps > 0; --run.taps, run.from += run.step)
    now.add(channels == 4 ? simd32::load(run.from) : load_few(run.from, channels), *weights++);
  *sums = now;
  return weights;
}

// The taps that lie on the input, first <= tap < last.
Taps taps_inside(const Convolution& conv, uint32_t x) {
  Axis width = conv.window.width;
  width.dilation = conv.dilation_width;
  Taps taps = taps_at(width, static_cast<int32_t>(x));
  taps.first = clamp(taps.first, 0, width.filter);
  taps.last = clamp(taps.last, taps.first, width.filter);
  return taps;
}

}  // namespace

FourSums general_sums(const Convolution& conv, const Rows<const int8_t>& input, const uint32_t* weights, const uint32_t place[2],
                      uint32_t channel, uint32_t count) {
  const Axis& height = conv.window.height;
  const int32_t filter = conv.window.width.filter, step = static_cast<int32_t>(conv.input_channels) * conv.dilation_width;
  const auto zero_point = static_cast<int8_t>(conv.input_zero_point);
  const int8_t outside[4] = {zero_point, zero_point, zero_point, zero_point};
  const Taps taps = taps_inside(conv, place[1]);
  const int32_t left = taps.start * static_cast<int32_t>(conv.input_channels) + taps.first * step;
  FourSums sums = {};
  int32_t y = static_cast<int32_t>(place[0]) * height.stride - height.pad;
  for (int32_t row = 0; row < height.filter; ++row, y += conv.dilation_height) {
    Run run = {outside, 0, filter};
    if (y >= 0 && y < height.input && taps.first < taps.last) {
      if (taps.first > 0) weights = add_run(&sums, {outside, 0, taps.first}, weights, count);
      const int8_t* from = input.at(static_cast<uint32_t>(y)) + channel;
      weights = add_run(&sums, {from + left, step, taps.last - taps.first}, weights, count);
      run.taps = filter - taps.last;
    }
    if (run.taps > 0) weights = add_run(&sums, run, weights, count);
  }
  return sums;
}

}  // namespace mote::armv7e_m
