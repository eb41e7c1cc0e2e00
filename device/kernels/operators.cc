// The table of operators, in flash.
#include "device/kernels/operators.h"

#include "device/model/check.h"

namespace mote {
namespace {

constexpr Operator kOperators[] = {
#define MOTE_OPERATOR(code, name, inputs, since, access) {code, inputs, since, Access::access, check_##name, run_##name},
#include "device/model/operators.def"
#undef MOTE_OPERATOR
};

}  // namespace

const Operator* find_operator(uint16_t code) {
  for (const Operator& known : kOperators)
    if (known.code == code) return &known;
  return nullptr;
}

Verdict check_operators(const Model& model) {
  for (uint32_t i = 0; i < model.node_count; ++i) {
    const NodeView node{&model, &model.nodes[i]};
    const char* rule = find_operator(node.record->operator_code)->check(node);
    if (rule != nullptr) return broken(rule);
  }
  return {};
}

}  // namespace mote
