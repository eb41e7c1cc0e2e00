// The geometry that convolutions and pools share: a filter that steps over an input, partly over its edge.
#pragma once

#include <stdint.h>

#include "device/kernels/rows.h"

namespace mote {

// One axis. Output place y covers the inputs y * stride - pad ... + filter; those outside 0 ... input are not there.
struct Axis {
  int32_t input, filter, stride, pad, output;
};

// The taps of a filter that fall on the input: first <= tap < last; `start` is where tap 0 would lie.
struct Taps {
  int32_t start, first, last;
};

inline Taps taps_at(const Axis& axis, int32_t place) {
  const int32_t start = place * axis.stride - axis.pad;
  const int32_t left = axis.input - start;
  return {start, start < 0 ? -start : 0, left < axis.filter ? left : axis.filter};
}

// Which input rows output row y needs, for the plan.
inline RowWindow row_window_of(const Axis& axis) { return {axis.stride, axis.pad, axis.filter}; }

struct Window {
  Axis height, width;
};

// A whole input or output of a window, and all rows of its output.
template <typename T>
Rows<T> input_rows(const Window& window, uint32_t channels, T* base) {
  return {base, static_cast<uint32_t>(window.height.input), size_t{static_cast<uint32_t>(window.width.input)} * channels};
}
template <typename T>
Rows<T> output_rows(const Window& window, uint32_t channels, T* base) {
  return {base, static_cast<uint32_t>(window.height.output), size_t{static_cast<uint32_t>(window.width.output)} * channels};
}
inline RowRange all_rows(const Window& window) { return {0, static_cast<uint32_t>(window.height.output)}; }

// M25: a stride of at least 1, a pad shorter than the filter.
inline bool is_axis_in_range(const Axis& axis) {
  return axis.stride >= 1 && axis.stride <= 65535 && axis.filter >= 1 && axis.filter <= 65535 && axis.pad >= 0 &&
         axis.pad < axis.filter;
}

// M26: the last place still touches the input, and no further place would fit into it whole.
inline bool is_output_right(const Axis& axis) {
  const int64_t last = int64_t{axis.output - 1} * axis.stride - axis.pad;
  const int64_t next = last + axis.stride;
  return last < axis.input && next + axis.filter > axis.input;
}

}  // namespace mote
