// Four columns share the reading of a row, and the zero point of the second is taken off at the end:
// sum of (a - p) * (b - q) = sum of (a - p) * b - q * sum of (a - p).
#include "device/kernels/batch_matmul/four.h"

#include <stddef.h>

#include "device/kernels/four_sums.h"

namespace mote {
namespace {

constexpr uint32_t kMostGathered = 128;

// A row or a column: where its first element is, and how far it is to the next one.
struct Line {
  const int8_t* at;
  size_t step;
};

FourSums four_columns(const BatchMatmul& product, Line row, Line column, size_t next) {
  int32_t a = 0, b = 0, c = 0, d = 0;
  const size_t third = 2 * next, fourth = 3 * next;
  for (uint32_t i = product.depth; i > 0; --i, row.at += row.step, column.at += column.step) {
    const int32_t value = *row.at - product.first_zero_point;
    a += column.at[0] * value;
    b += column.at[next] * value;
    c += column.at[third] * value;
    d += column.at[fourth] * value;
  }
  return {{a, b, c, d}};
}

int32_t one_column(const BatchMatmul& product, Line row, Line column) {
  int32_t sum = 0;
  for (uint32_t i = product.depth; i > 0; --i, row.at += row.step, column.at += column.step)
    sum += *column.at * (*row.at - product.first_zero_point);
  return sum;
}

int32_t total_of(const BatchMatmul& product, Line row) {
  int32_t total = 0;
  for (uint32_t i = product.depth; i > 0; --i, row.at += row.step) total += *row.at - product.first_zero_point;
  return total;
}

// One row of the output. Its sums lack `zero_sum`.
void multiply(const BatchMatmul& product, Line row, const int8_t* second, int8_t* output) {
  const size_t next = product.second_turned ? product.depth : 1, step = product.second_turned ? 1 : product.columns;
  const int32_t zero_sum = product.second_zero_point == 0 ? 0 : product.second_zero_point * total_of(product, row);
  const auto finish = [&](uint32_t j, int32_t sum) {
    const int32_t value = requantize(sum - zero_sum, product.multiplier, product.shift, product.rounding);
    output[j] = static_cast<int8_t>(clamp(value + product.output_zero_point, INT8_MIN, INT8_MAX));
  };
  const auto finish_four = [&](uint32_t j) {
    FourSums sums{};
    if (row.step == 1 && step == 1)
      sums.add_dot(row.at, second + j * next, next, product.depth, product.first_zero_point);
    else
      sums = four_columns(product, row, {second + j * next, step}, next);
    for (uint32_t k = 0; k < 4; ++k) finish(j + k, sums.at[k]);
  };
  const uint32_t columns = product.columns, left = columns % 4;
  if (columns >= 4 && left == 3) return for_each_four(columns, finish_four);
  for (uint32_t j = 0; j < columns - left; j += 4) finish_four(j);
  for (uint32_t j = columns - left; j < columns; ++j) finish(j, one_column(product, row, {second + j * next, step}));
}

}  // namespace

void batch_matmul_by_four(const BatchMatmul& product, const int8_t* first, const int8_t* second, int8_t* output) {
  const size_t next_row = product.first_turned ? 1 : product.depth, step = product.first_turned ? product.rows : 1;
  int8_t gathered[kMostGathered];
  for (uint32_t batch = 0; batch < product.batches; ++batch) {
    const int8_t* a = first + size_t{batch % product.first_batches} * product.rows * product.depth;
    const int8_t* b = second + size_t{batch % product.second_batches} * product.depth * product.columns;
    for (uint32_t i = 0; i < product.rows; ++i, a += next_row, output += product.columns) {
      Line row = {a, step};
      if (product.first_turned && product.second_turned && product.depth <= kMostGathered) {
        for (uint32_t k = 0; k < product.depth; ++k) gathered[k] = a[k * step];
        row = {gathered, 1};
      }
      multiply(product, row, b, output);
    }
  }
}

}  // namespace mote
