// The geometry that convolutions and pools share: a filter that steps over an input, partly over its edge.
#pragma once

#include <stdint.h>

#include "device/kernels/rows.h"

namespace mote {

// One axis. Tap t of output place y is the input y * stride - pad + t * dilation; those outside 0 ... input are not there.
struct Axis {
  int32_t input, filter, stride, pad, output;
  int32_t dilation = 1;

  // From the first tap to the last, both included.
  int64_t reach() const { return int64_t{filter - 1} * dilation + 1; }
};

// The taps of a filter that fall on the input: first <= tap < last, none when a wide dilation steps over it; `start` is where tap
// 0 would lie.
struct Taps {
  int32_t start, first, last;
};

inline Taps taps_at(const Axis& axis, int32_t place) {
  const int32_t start = place * axis.stride - axis.pad;
  const int32_t left = axis.input - start;
  if (axis.dilation == 1) return {start, start < 0 ? -start : 0, left < axis.filter ? left : axis.filter};
  const int32_t steps = (left + axis.dilation - 1) / axis.dilation;
  return {start, start < 0 ? (axis.dilation - 1 - start) / axis.dilation : 0, steps < axis.filter ? steps : axis.filter};
}

// Which input rows output row y needs, for the plan.
inline RowWindow row_window_of(const Axis& axis) {
  const int64_t reach = axis.reach();
  return {axis.stride, axis.pad, static_cast<int32_t>(reach < INT32_MAX ? reach : INT32_MAX)};
}

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

// M25: strides, filters and dilations of at least 1, a pad shorter than the filter reaches.
inline bool is_axis_in_range(const Axis& axis) {
  return axis.stride >= 1 && axis.stride <= 65535 && axis.filter >= 1 && axis.filter <= 65535 && axis.dilation >= 1 &&
         axis.dilation <= 65535 && axis.pad >= 0 && axis.pad <= 65535 && axis.pad < axis.reach();
}

// M26: the last place still touches the input, and no further place would fit into it whole.
inline bool is_output_right(const Axis& axis) {
  const int64_t last = int64_t{axis.output - 1} * axis.stride - axis.pad;
  const int64_t next = last + axis.stride;
  return last < axis.input && next + axis.reach() > axis.input;
}

}  // namespace mote
