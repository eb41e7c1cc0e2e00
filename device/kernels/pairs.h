// What operators on two int8 operands share: the second may be a constant, and may be shorter than the first, which it then meets
// again and again.
#pragma once

#include "device/kernels/add/add.h"
#include "device/kernels/node.h"

namespace mote {

// M19 and M26: x an int8 activation, the output another of its shape, the second operand int8 and its count a divisor of x's.
const char* check_pair(const NodeView& node);

// The attributes of add, which sub and squared_difference have too.
Add scaled_pair_of(const NodeView& node);
// Multipliers from 0 on; shifts -31 to 0 for the operands and to 1 for what is made of them (M38).
bool is_scaled_pair(const NodeView& node);

// Calls block(first, second, count, output) for each run of the second operand within each row of the node's range.
template <typename Block>
void for_each_run(const NodeView& node, Block block) {
  const Rows<const int8_t> first = node.rows<int8_t>(0);
  const Rows<int8_t> output = node.result_rows<int8_t>();
  const auto row = static_cast<uint32_t>(output.row), run = element_count(node.input(1));
  const bool rolls = same_shape(node.input(1), node.output()) && is_activation(node.input(1));
  for (uint32_t y = node.range.first; y < node.range.end; ++y) {
    if (rolls) {
      block(first.at(y), node.rows<int8_t>(1).at(y), row, output.at(y));
      continue;
    }
    for (uint32_t at = 0, count = 0; at < row; at += count) {
      const uint32_t from = (y * row + at) % run;
      count = run - from < row - at ? run - from : row - at;
      block(first.at(y) + at, node.operand<int8_t>(1) + from, count, output.at(y) + at);
    }
  }
}

}  // namespace mote
