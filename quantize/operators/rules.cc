// The table of rules, made from operators.def and the operators that exist in float graphs only.
#include "quantize/operators/rules.h"

#include <cstdlib>

namespace mote {

namespace operators {
#define MOTE_OPERATOR(code, name, inputs, since, access) extern const Rules name;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
extern const Rules batch_norm;
extern const Rules clamp;
#define MOTE_CURVE(name, function) extern const Rules name;
#include "quantize/operators/curves.def"
#undef MOTE_CURVE
}  // namespace operators

namespace {

constexpr const Rules* kRules[] = {
#define MOTE_OPERATOR(code, name, inputs, since, access) &operators::name,
#include "device/model/operators.def"
#undef MOTE_OPERATOR
#define MOTE_CURVE(name, function) &operators::name,
#include "quantize/operators/curves.def"
#undef MOTE_CURVE
    &operators::batch_norm, &operators::clamp};

const Rules* find(Op op) {
  for (const Rules* candidate : kRules)
    if (candidate->op == op) return candidate;
  return nullptr;
}

}  // namespace

bool is_operator(Op op) { return find(op) != nullptr; }

const Rules& rules(Op op) {
  const Rules* found = find(op);
  if (found == nullptr) std::abort();  // verify() has let a node through that is none
  return *found;
}

const Rules* find_rules(std::string_view name) {
  for (const Rules* candidate : kRules)
    if (candidate->name == name) return candidate;
  return nullptr;
}

}  // namespace mote
