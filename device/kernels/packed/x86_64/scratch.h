// How a convolution uses its scratch: a table of offsets, then a copy of the input rows that some output rows cover.
#pragma once

#include <string.h>

#include "device/kernels/packed/x86_64/instructions.h"

namespace mote::x86_64 {

constexpr size_t kSlack = 128;  // a strip may load so much past the last activation

inline size_t table_bytes(uint32_t groups) { return (size_t{groups} * sizeof(int32_t) + 15) / 16 * 16; }

// The inputs that `outputs` places of an axis reach over, pads and all.
inline int32_t reach(const Axis& axis, int32_t dilation, int32_t outputs) {
  return (outputs - 1) * axis.stride + (axis.filter - 1) * dilation + 1;
}

inline uint8_t zero_of(const Convolution& conv, uint8_t flip) { return static_cast<uint8_t>(conv.input_zero_point) ^ flip; }

// The columns of a row of the input that the outputs reach, between pads.
struct Columns {
  size_t before, inside, after;
};

inline Columns columns_of(const Convolution& conv) {
  const Axis& axis = conv.window.width;
  const int32_t all = reach(axis, conv.dilation_width, axis.output);
  const int32_t left = all - axis.pad;
  const int32_t inside = left < axis.input ? left : axis.input;
  return {static_cast<size_t>(axis.pad), static_cast<size_t>(inside), static_cast<size_t>(left - inside)};
}

}  // namespace mote::x86_64
