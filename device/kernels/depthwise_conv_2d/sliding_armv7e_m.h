// A 3 x 3 filter that slides along one row of the output, eight channels of which are copied together first (strip.h).
#pragma once

#include "device/kernels/depthwise_conv_2d/strip.h"
#include "device/kernels/packed/armv7e_m.h"
#include "device/kernels/packed/simd32.h"

namespace mote::armv7e_m {

// Columns that a row of outputs is computed from: the input's from -pad on, and the zero point outside of it.
inline uint32_t strip_columns(DepthwiseForm form, uint32_t outputs) {
  return form == DepthwiseForm::by_one ? outputs + 2 : 2 * outputs + 1;
}
// Words for a channel's sums: the one before output 0, which is none, and those of the outputs.
inline uint32_t strip_sums(uint32_t outputs) { return outputs + 1; }

// One row of up to eight channels.
struct Slide {
  const uint32_t* weights;        // of the first channel
  const Requantization* records;  // of the first channel
  const int8_t* strip;
  int32_t* sums;
  int8_t* output;  // of the first channel
  uint32_t step;   // from one output of a channel to the next
  uint32_t outputs, channels;
};

// Tap (row, column) of a channel as it is packed.
inline int32_t tap_by_one(const uint32_t* weights, uint32_t row, uint32_t column) {
  const int32_t first = static_cast<int32_t>(weights[row] << 12) >> 12;
  return column == 2   ? static_cast<int8_t>(weights[3] >> 8 * row)
         : column == 0 ? first
                       : static_cast<int32_t>(weights[row] - static_cast<uint32_t>(first)) >> 20;
}
inline int32_t tap_by_two(const uint32_t* weights, uint32_t row, uint32_t column) {
  return column == 2   ? static_cast<int8_t>(weights[3] >> 8 * row)
         : column == 0 ? simd32::low(weights[row])
                       : simd32::high(weights[row]);
}

// REQUIRE at least two outputs.
template <Rounding kRounding>
void slide_by_one(const Slide& slide);
template <Rounding kRounding>
void slide_by_two(const Slide& slide);

}  // namespace mote::armv7e_m
