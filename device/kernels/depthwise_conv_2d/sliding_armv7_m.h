// A 3 x 3 filter that slides along one row of the output, eight channels of which are copied together first.
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

constexpr uint32_t kStripChannels = 8;
constexpr uint32_t kStripColumn = 3 * kStripChannels;  // bytes: [row][channel]
constexpr uint32_t kSlidingTaps = 9;

// Columns that a row of outputs is computed from: the input's from -pad on, and the zero point outside of it.
inline uint32_t strip_columns(uint32_t stride, uint32_t outputs) { return (outputs - 1) * stride + 3; }

// The three input rows; one that is not there is eight times the zero point, with a step of 0.
struct StripRows {
  const int8_t* at[3];
  uint32_t step[3];
};

// Copies `count` columns, at least one, of `channels` channels, 1 to 8, to `to`.
void copy_columns(StripRows rows, uint32_t count, uint32_t channels, int8_t* to);

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
