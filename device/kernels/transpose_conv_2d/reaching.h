// Which taps of a transposed filter reach an output place, and from where.
#pragma once

#include "device/kernels/window.h"

namespace mote {

// Taps first, first + stride, ... < end reach the place, from input places `from`, from - 1, ...; all of them lie on the input.
struct Reaching {
  int32_t first, end, from;
};

inline Reaching reaching(const Axis& axis, int32_t place) {
  const int32_t last = place + axis.pad;  // the tap of input place 0 that reaches it
  const int32_t latest = last / axis.stride, from = latest < axis.input ? latest : axis.input - 1;
  return {last - from * axis.stride, last < axis.filter ? last + 1 : axis.filter, from};
}

}  // namespace mote
