// A dense output, each element of which is some element of the input: slices, transpositions, broadcasts and reversals.
#pragma once

#include "device/kernels/strided.h"

namespace mote {

// output[i0, i1, i2, i3] = input[offset + sum of i_k * strides[k]] (O16). T is an unsigned integer as wide as an element.
// Output and input must not overlap.
template <typename T>
void strided_copy_reference(const Strided& strided, const T* input, T* output);

}  // namespace mote
