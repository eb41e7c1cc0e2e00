// Finds operators and kernels in the tables of this firmware, and has kernels check their nodes.
#include "device/kernels/operators.h"

#include "device/kernels/operator_table.h"
#include "device/model/check.h"

namespace mote {

// Rows stand in the order of their codes, from 1 on, though some may be left out: so none stands behind place code - 1. Called by
// find_kernel rather than repeated in it.
[[gnu::noinline]] const Operator* find_operator(uint16_t code) {
  for (uint32_t i = code < kOperatorCount ? code : kOperatorCount; i > 0 && kOperators[i - 1].code >= code; --i)
    if (kOperators[i - 1].code == code) return &kOperators[i - 1];
  return nullptr;
}

const Kernel* find_kernel(const Model& model, const NodeRecord& record) {
  const Operator* known = find_operator(record.operator_code);
  if (known == nullptr) return nullptr;
  if (record.form == static_cast<uint8_t>(Form::portable)) return known->portable.run == nullptr ? nullptr : &known->portable;
  if (record.form != static_cast<uint8_t>(Form::packed)) return nullptr;
  for (const PackedKernel* packed = kPackedKernels; packed->target != Target::portable; ++packed)
    if (packed->code == record.operator_code && packed->target == model.target) return &packed->kernel;
  return nullptr;
}

Verdict check_operator(const Model& model, uint32_t place) {
  const NodeView node{&model, &model.nodes[place], {}};
  const char* rule = find_kernel(model, *node.record)->check(node);
  return rule == nullptr ? Verdict{} : broken(rule);
}

Verdict check_operators(const Model& model) {
  for (uint32_t i = 0; i < model.node_count; ++i)
    if (const Verdict verdict = check_operator(model, i); !verdict.good()) return verdict;
  return {};
}

}  // namespace mote
