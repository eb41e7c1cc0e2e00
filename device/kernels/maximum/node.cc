// maximum as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/extremes.h"
#include "device/kernels/maximum/maximum.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {
namespace {

#if MOTE_SMALL
constexpr auto& kFastest = maximum_reference;
#elif defined(__ARM_FEATURE_MVE)
constexpr auto& kFastest = armv8_1_m_mve::larger_of;
#elif defined(__ARM_FEATURE_UNALIGNED)
constexpr auto& kFastest = larger_by_words;
#else
constexpr auto& kFastest = maximum_reference;
#endif

}  // namespace

const char* check_maximum(const NodeView& node) {
  if (const char* rule = check_pair(node)) return rule;
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_maximum(const NodeView& node) { for_each_run(node, kFastest); }

}  // namespace mote
