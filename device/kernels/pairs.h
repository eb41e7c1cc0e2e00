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

// The stretches of a node's range in which operands and output lie side by side: whole rows, all at once where none of the three
// is a ring. A short second operand is repeated first, so that a kernel's call does much.
class PairRuns {
 public:
  explicit PairRuns(const NodeView& node);

  // To the next one, `count` elements each of `first`, `second` and `output`; false when there is none.
  bool next();

  const int8_t *first, *second;
  int8_t* output;
  uint32_t count = 0;

 private:
  void repeat(const int8_t* operand, uint32_t operand_count);

  static constexpr uint32_t kRepeated = 64;

  Rows<const int8_t> first_rows_, second_rows_;
  Rows<int8_t> output_rows_;
  uint32_t y_, end_, step_;   // rows
  uint32_t at_ = 0, length_;  // elements of a stretch
  uint32_t period_;           // elements after which the second operand begins again, where it does not roll
  bool rolls_;                // row by row like the first
  int8_t repeated_[kRepeated];
};

// Calls block(first, second, count, output) for each run of the node's range.
template <typename Block>
void for_each_run(const NodeView& node, Block block) {
  for (PairRuns runs(node); runs.next();) block(runs.first, runs.second, runs.count, runs.output);
}

}  // namespace mote
