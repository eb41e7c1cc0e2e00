// The table of operators, in flash: all of them, or the set that firmware asked for (device/mote_device.cmake), whose rows the
// file MOTE_OPERATOR_SET names.
#include "device/kernels/operators.h"

#include "device/model/check.h"

namespace mote {
namespace {

// One row of each input for one row of the output.
[[maybe_unused]] RowWindow row_for_row(const NodeView& node, uint32_t place) {
  return same_shape(node.input(place), node.output()) ? RowWindow{1, 0, 1} : RowWindow{};
}

#define MOTE_ROWS_whole(name) nullptr
#define MOTE_ROWS_rows(name) rows_##name
#define MOTE_ROWS_elements(name) row_for_row
#define MOTE_ROWS_base(name) nullptr

// Of an operator whose portable form is left out: it has no kernel of its own, and what a plan may do with it all the same.
#define MOTE_OPERATOR(code, name, inputs, since, access) \
  {code, since, RowAccess::access, MOTE_ROWS_##access(name), {inputs, check_##name, run_##name, nullptr}},
#define MOTE_PACKED_OPERATOR(code, name, inputs, since, access) {code, since, RowAccess::access, MOTE_ROWS_##access(name), {}},

constexpr Operator kOperators[] = {
#ifdef MOTE_OPERATOR_SET
#include MOTE_OPERATOR_SET
#else
#include "device/model/operators.def"
#endif
};
#undef MOTE_OPERATOR
#undef MOTE_PACKED_OPERATOR

struct PackedKernel {
  Target target;
  uint16_t code;
  Kernel kernel;
};

// Ends with one that is none, so that it is never empty.
#define MOTE_PACKED(target, name)             \
  {Target::target,                            \
   static_cast<uint16_t>(OperatorCode::name), \
   {3, check_##name##_##target, run_##name##_##target, scratch_##name##_##target}},

constexpr PackedKernel kPackedKernels[] = {
#ifdef MOTE_OPERATOR_SET
#include MOTE_OPERATOR_SET
#else
#include "device/kernels/packed/packed.def"
#endif
    {Target::portable, 0, {}}};
#undef MOTE_PACKED

}  // namespace

// Rows stand in the order of their codes, from 1 on, though some may be left out: so none stands behind place code - 1.
[[gnu::noinline]] const Operator* find_operator(uint16_t code) {
  constexpr uint32_t kCount = sizeof kOperators / sizeof kOperators[0];
  for (uint32_t i = code < kCount ? code : kCount; i > 0 && kOperators[i - 1].code >= code; --i)
    if (kOperators[i - 1].code == code) return &kOperators[i - 1];
  return nullptr;
}

const Kernel* find_kernel(const Model& model, const NodeRecord& record) {
  const Operator* known = find_operator(record.operator_code);
  if (known == nullptr) return nullptr;
  if (record.form == static_cast<uint8_t>(Form::portable)) return known->portable.run == nullptr ? nullptr : &known->portable;
  for (const PackedKernel& packed : kPackedKernels)
    if (record.form == static_cast<uint8_t>(Form::packed) && packed.code == record.operator_code &&
        packed.target == model.target && packed.target != Target::portable)
      return &packed.kernel;
  return nullptr;
}

Verdict check_operators(const Model& model) {
  for (uint32_t i = 0; i < model.node_count; ++i) {
    const NodeView node{&model, &model.nodes[i], {}};
    const char* rule = find_kernel(model, *node.record)->check(node);
    if (rule != nullptr) return broken(rule);
  }
  return {};
}

}  // namespace mote
