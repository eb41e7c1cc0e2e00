// mul as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mul/armv7e_m.h"
#include "device/kernels/mul/mul.h"
#include "device/kernels/mul/mve.h"
#include "device/kernels/operators.h"
#include "device/kernels/pairs.h"

namespace mote {
namespace {

void mul_fastest(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
#if MOTE_SMALL
  mul_reference(mul, first, second, count, output);
#elif defined(__ARM_FEATURE_MVE)
  armv8_1_m_mve::mul(mul, first, second, count, output);
#elif defined(__ARM_FEATURE_UNALIGNED)
  mul_armv7e_m(mul, first, second, count, output);
#else
  mul_reference(mul, first, second, count, output);
#endif
}

}  // namespace

const char* check_mul(const NodeView& node) {
  if (const char* rule = check_pair(node)) return rule;
  if (!is_clamp(node.attribute(attribute::kMulClampMin), node.attribute(attribute::kMulClampMax))) return "M27";
  if (!rest_is_zero(node, attribute::kMulClampMax + 1)) return "M27";
  const int32_t shift = node.attribute(attribute::kMulShift);
  return node.attribute(attribute::kMulMultiplier) >= 0 && shift >= -31 && shift <= kMostMulShift ? nullptr : "M38";
}

void run_mul(const NodeView& node) {
  Mul mul;
  mul.first_zero_point = node.input(0).zero_point;
  mul.second_zero_point = node.input(1).zero_point;
  mul.output_zero_point = node.output().zero_point;
  mul.multiplier = node.attribute(attribute::kMulMultiplier);
  mul.shift = node.attribute(attribute::kMulShift);
  mul.low = node.attribute(attribute::kMulClampMin);
  mul.high = node.attribute(attribute::kMulClampMax);
  mul.rounding = node.model->rounding;
  for_each_run(node, [&](const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
    mul_fastest(mul, first, second, count, output);
  });
}

}  // namespace mote
