// sub as a node of a model: the rules of add, and its way from the file to the kernel.
#include "device/kernels/add/armv7e_m.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"
#include "device/kernels/sub/sub.h"

namespace mote {
namespace {

void sub_fastest(const Add& sub, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
#if defined(__ARM_FEATURE_UNALIGNED) && !MOTE_SMALL
  sub_armv7e_m(sub, first, second, count, output);
#else
  sub_reference(sub, first, second, count, output);
#endif
}

}  // namespace

const char* check_sub(const NodeView& node) { return check_add(node); }

void run_sub(const NodeView& node) {
  const Add sub = scaled_pair_of(node);
  for_each_run(node, [&](const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
    sub_fastest(sub, first, second, count, output);
  });
}

}  // namespace mote
