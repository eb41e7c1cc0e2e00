// squared_difference as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"
#include "device/kernels/squared_difference/squared_difference.h"

namespace mote {
namespace {

bool is_at_most_half(Factor factor) { return factor.shift < 0 || factor.multiplier <= 1 << 30; }

}  // namespace

const char* check_squared_difference(const NodeView& node) {
  if (const char* rule = check_add(node)) return rule;
  const Add pair = scaled_pair_of(node);
  return is_at_most_half(pair.first) && is_at_most_half(pair.second) ? nullptr : "M38";
}

void run_squared_difference(const NodeView& node) {
  const Add pair = scaled_pair_of(node);
  for_each_run(node, [&](const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
    squared_difference_reference(pair, first, second, count, output);
  });
}

}  // namespace mote
