// Products of matrices, four columns at once.
#pragma once

#include "device/kernels/batch_matmul/batch_matmul.h"

namespace mote {

// batch_matmul_reference, to the byte.
void batch_matmul_by_four(const BatchMatmul& product, const int8_t* first, const int8_t* second, int8_t* output);

}  // namespace mote
