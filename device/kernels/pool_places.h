// The places of a pool one after the other, each with what lies under its window: for kernels that take channels side by side.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// What of the input is under a window: `rows` times `columns` pixels, both at least 1. The row at `last` is followed by the one
// at `base`.
struct PoolView {
  const int8_t *base, *last;
  size_t row;
  const int8_t* line;  // the first row
  size_t start;        // where in a row the first column begins
  uint32_t rows, columns;
};

// Calls body(view, output), the output being that of all channels of the place.
template <typename Body>
void for_each_place(const Pool2d& pool, const PoolRows& at, Body body) {
  const Rows<const int8_t>& input = at.input;
  PoolView view{input.base, input.base + (input.held - 1) * input.row, input.row, nullptr, 0, 0, 0};
  for (uint32_t y = at.range.first; y < at.range.end; ++y) {
    const Taps rows = taps_at(pool.window.height, static_cast<int32_t>(y));
    view.line = input.at(static_cast<uint32_t>(rows.start + rows.first));
    view.rows = static_cast<uint32_t>(rows.last - rows.first);
    int8_t* output = at.output.at(y);
    for (int32_t x = 0; x < pool.window.width.output; ++x, output += pool.channels) {
      const Taps columns = taps_at(pool.window.width, x);
      view.start = static_cast<size_t>(columns.start + columns.first) * pool.channels;
      view.columns = static_cast<uint32_t>(columns.last - columns.first);
      body(view, output);
    }
  }
}

// `value` becomes take(value, pointer to what is at `channel`) for each place under the window.
template <typename Value, typename Take>
Value over_places(const PoolView& view, uint32_t channel, size_t channels, Value value, Take take) {
  const int8_t* line = view.line;
  for (uint32_t y = view.rows; y > 0; --y) {
    const int8_t* from = line + view.start + channel;
    for (uint32_t x = view.columns; x > 0; --x, from += channels) value = take(value, from);
    line = line == view.last ? view.base : line + view.row;
  }
  return value;
}

}  // namespace mote
