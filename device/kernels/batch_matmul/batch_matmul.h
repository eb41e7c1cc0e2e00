// Products of matrices, one pair after the other.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// first   int8 [first_batches, rows, depth], or [.., depth, rows] when first_turned
// second  int8 [second_batches, depth, columns], or [.., columns, depth] when second_turned
// output  int8 [batches, rows, columns], must not overlap the others
//
// y = clamp(requantize(sum of (a - zero point) * (b - zero point)) + zero point); pair i is first i mod first_batches with second
// i mod second_batches (O34). depth * 255 * 255 * 2^max(shift, 0) stays under 2^31.
struct BatchMatmul {
  uint32_t batches, first_batches, second_batches;
  uint32_t rows, depth, columns;
  bool first_turned, second_turned;
  int32_t first_zero_point, second_zero_point, output_zero_point;
  int32_t multiplier, shift;
  Rounding rounding;
};

void batch_matmul_reference(const BatchMatmul& product, const int8_t* first, const int8_t* second, int8_t* output);

}  // namespace mote
