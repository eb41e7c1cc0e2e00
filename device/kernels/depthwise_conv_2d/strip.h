// What 3 x 3 filters that slide along a row of the output read: columns of three input rows, eight channels together.
#pragma once

#include <stdint.h>

namespace mote {

constexpr uint32_t kStripChannels = 8;
constexpr uint32_t kStripColumn = 3 * kStripChannels;  // bytes: [row][channel]

// The three input rows; one that is not there is eight times the zero point, with a step of 0.
struct StripRows {
  const int8_t* at[3];
  uint32_t step[3];
};

// Copies `count` columns, at least one, of `channels` channels, 1 to 8, to `to`.
void copy_columns(StripRows rows, uint32_t count, uint32_t channels, int8_t* to);

}  // namespace mote
