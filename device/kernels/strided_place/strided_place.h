// Writes a part into a tensor: concatenation and padding.
#pragma once

#include "device/kernels/strided.h"

namespace mote {

// output[offset + sum of i_k * strides[k]] = part[i0, i1, i2, i3] (O18); the other elements of the output stay. T is an unsigned
// integer as wide as an element. Output and part must not overlap.
template <typename T>
void strided_place_reference(const Strided& strided, const T* part, T* output);

}  // namespace mote
