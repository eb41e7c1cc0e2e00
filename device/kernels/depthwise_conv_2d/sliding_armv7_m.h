// A 3 x 3 filter that slides along one row of the output, eight channels of which are copied together first (strip.h).
#pragma once

#include "device/kernels/depthwise_conv_2d/strip.h"
#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

constexpr uint32_t kSlidingTaps = 9;

// Columns that a row of outputs is computed from: the input's from -pad on, and the zero point outside of it.
inline uint32_t strip_columns(uint32_t stride, uint32_t outputs) { return (outputs - 1) * stride + 3; }

// One row of up to eight channels.
struct Slide {
  const int8_t* weights;          // of the first channel
  const Requantization* records;  // of the first channel
  const int8_t* strip;
  int32_t* sums;
  int8_t* output;  // of the first channel
  uint32_t step;   // from one output of a channel to the next
  uint32_t outputs, channels;
};

void slide_by_one(const Slide& slide, Rounding rounding);
void slide_by_two(const Slide& slide, Rounding rounding);

}  // namespace mote::armv7_m
