// Where the rows of an activation [1, H, W, C] lie. A tensor that no step needs whole is held as a ring of a few rows.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

// Row y, W * C elements, begins at base + (y mod held) * row. held = H for a whole tensor.
template <typename T>
struct Rows {
  T* base;
  uint32_t held;  // rows in memory, at least 1
  size_t row;     // elements from one row to the next

  T* at(uint32_t y) const { return base + (y < held ? y : y % held) * row; }
};

// What one call computes of its output: rows [first, end), ascending.
//
// A kernel may rely on the input rows that those outputs' windows cover and on nothing else of the input, and it must write
// output rows in ascending order: the plan may let output row y lie where input rows lie that no window from y on covers.
struct RowRange {
  uint32_t first, end;
};

// Of an operator that works row by row: output row y needs the input rows y * stride - pad ... + reach, those that there are.
struct RowWindow {
  int32_t stride, pad, reach;
};

}  // namespace mote
