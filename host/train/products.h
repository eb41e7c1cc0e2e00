// Matrix products of float32, row-major. Each element is summed one term after the other, product and sum rounded apart, whatever
// the width of the machine's vectors: results are the same on all machines.
#pragma once

#include <cstddef>
#include <vector>

namespace mote {

// A matrix whose rows and columns are any number of values apart: a transposed one swaps them.
struct Factor {
  const float* values;
  size_t row_step, column_step;
};

// c[rows][columns] = a[rows][terms] * b[terms][columns], or is added to. `scratch` is any vector that nobody else uses now.
void multiply(const Factor& a, const float* b, float* c, size_t rows, size_t terms, size_t columns, bool add,
              std::vector<float>& scratch);

// to[columns][rows] = from[rows][columns]
void transpose(const float* from, size_t rows, size_t columns, std::vector<float>& to);

// Whether this processor's vectors of eight values are used; it changes no result.
bool has_wide_vectors();

}  // namespace mote
