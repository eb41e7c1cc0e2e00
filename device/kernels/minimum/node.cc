// minimum as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/extremes.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {

const char* check_minimum(const NodeView& node) {
  if (const char* rule = check_pair(node)) return rule;
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_minimum(const NodeView& node) { for_each_run(node, kSmaller); }

}  // namespace mote
