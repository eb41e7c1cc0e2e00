// minimum as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/extremes.h"
#include "device/kernels/minimum/minimum.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {
namespace {

#if MOTE_SMALL
constexpr auto& kFastest = minimum_reference;
#elif defined(__ARM_FEATURE_MVE)
constexpr auto& kFastest = armv8_1_m_mve::smaller_of;
#elif defined(__ARM_FEATURE_UNALIGNED)
constexpr auto& kFastest = smaller_by_words;
#else
constexpr auto& kFastest = minimum_reference;
#endif

}  // namespace

const char* check_minimum(const NodeView& node) {
  if (const char* rule = check_pair(node)) return rule;
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_minimum(const NodeView& node) { for_each_run(node, kFastest); }

}  // namespace mote
