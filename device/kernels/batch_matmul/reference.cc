// Matrix products, plainly: one element of the output after the other.
#include <stddef.h>

#include "device/kernels/batch_matmul/batch_matmul.h"

namespace mote {
namespace {

// One row of the first against one column of the second, by the distances of their elements.
int32_t dot(const BatchMatmul& product, const int8_t* a, size_t a_step, const int8_t* b, size_t b_step) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < product.depth; ++i)
    sum += (a[i * a_step] - product.first_zero_point) * (b[i * b_step] - product.second_zero_point);
  return sum;
}

int8_t scaled(const BatchMatmul& product, int32_t sum) {
  const int32_t value = requantize(sum, product.multiplier, product.shift, product.rounding) + product.output_zero_point;
  return static_cast<int8_t>(clamp(value, INT8_MIN, INT8_MAX));
}

}  // namespace

void batch_matmul_reference(const BatchMatmul& product, const int8_t* first, const int8_t* second, int8_t* output) {
  const size_t row = product.first_turned ? 1 : product.depth, a_step = product.first_turned ? product.rows : 1;
  const size_t column = product.second_turned ? product.depth : 1, b_step = product.second_turned ? 1 : product.columns;
  for (uint32_t batch = 0; batch < product.batches; ++batch) {
    const int8_t* a = first + size_t{batch % product.first_batches} * product.rows * product.depth;
    const int8_t* b = second + size_t{batch % product.second_batches} * product.depth * product.columns;
    for (uint32_t i = 0; i < product.rows; ++i)
      for (uint32_t j = 0; j < product.columns; ++j)
        *output++ = scaled(product, dot(product, a + i * row, a_step, b + j * column, b_step));
  }
}

}  // namespace mote
