// sub as a node of a model: the rules of add, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"
#include "device/kernels/sub/sub.h"

namespace mote {

const char* check_sub(const NodeView& node) { return check_add(node); }

void run_sub(const NodeView& node) {
  const Add sub = scaled_pair_of(node);
  for_each_run(node, [&](const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
    sub_reference(sub, first, second, count, output);
  });
}

}  // namespace mote
