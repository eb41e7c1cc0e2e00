// A walk over some elements of a tensor, in the order of a dense one: what strided_copy reads and strided_place writes.
#pragma once

#include "device/kernels/node.h"

namespace mote {

// Element (i0, i1, i2, i3) of the dense side, i_k < extents[k], in the order in which they lie, is element offset + sum of
// i_k * strides[k] of the other. Strides may be negative or 0.
//
// REQUIRES that all of them are inside (`is_inside`); then any partial sum fits an int32.
struct Strided {
  uint32_t extents[4];
  int32_t strides[4];
  int32_t offset;

  int32_t at(uint32_t i0, uint32_t i1, uint32_t i2) const {
    return offset + static_cast<int32_t>(i0) * strides[0] + static_cast<int32_t>(i1) * strides[1] +
           static_cast<int32_t>(i2) * strides[2];
  }
};

// Calls body(element of the other side) for each line of extents[3], in the order of the dense side. Steps wrap around: one past
// the last line need not be a number that fits.
template <typename Body>
void for_each_line(const Strided& strided, Body body) {
  const auto step = [&](uint32_t k) { return static_cast<uint32_t>(strided.strides[k]); };
  auto first = static_cast<uint32_t>(strided.offset);
  for (uint32_t i0 = strided.extents[0]; i0 > 0; --i0, first += step(0)) {
    uint32_t second = first;
    for (uint32_t i1 = strided.extents[1]; i1 > 0; --i1, second += step(1)) {
      uint32_t line = second;
      for (uint32_t i2 = strided.extents[2]; i2 > 0; --i2, line += step(2)) body(line);
    }
  }
}

// True when the node's three extents are at least 1 and their product divides `dense`, the elements of the dense side.
bool is_strided(const NodeView& node, uint32_t dense);

// The node's walk, where is_strided holds.
Strided strided_of(const NodeView& node, uint32_t dense);

// True when every element of the walk is one of `count`.
bool is_inside(const Strided& strided, uint32_t count);

// Calls body(T{}) with an unsigned integer type as wide as the elements of `tensor`.
template <typename Body>
void with_width_of(const TensorRecord& tensor, Body body) {
  switch (element_bits(tensor)) {
    case 8:
      return body(uint8_t{});
    case 16:
      return body(uint16_t{});
    default:
      return body(uint32_t{});
  }
}

}  // namespace mote
