// add as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/add/add.h"
#include "device/kernels/add/armv7e_m.h"
#include "device/kernels/add/mve.h"
#include "device/kernels/add/x86_64.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {
namespace {

void add_fastest(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
#if defined(__ARM_FEATURE_MVE)
  armv8_1_m_mve::add(add, first, second, count, output);
#elif defined(__arm__)
  add_armv7e_m(add, first, second, count, output);
#elif defined(__x86_64__)
  x86_64::add(*x86_64::find_instructions(0), add, first, second, count, output);
#else
  add_reference(add, first, second, count, output);
#endif
}

}  // namespace

const char* check_add(const NodeView& node) {
  if (const char* rule = check_pair(node)) return rule;
  if (!is_clamp(node.attribute(attribute::kAddClampMin), node.attribute(attribute::kAddClampMax))) return "M27";
  return is_scaled_pair(node) ? nullptr : "M38";
}

void run_add(const NodeView& node) {
  const Add add = scaled_pair_of(node);
  for_each_run(node, [&](const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
    add_fastest(add, first, second, count, output);
  });
}

}  // namespace mote
