// The table of operators, in flash: all of them, or the set that firmware asked for (device/mote_device.cmake), whose rows the
// file MOTE_OPERATOR_SET names.
#include "device/kernels/operator_table.h"

namespace mote {
namespace {

// One row of each input for one row of the output.
[[maybe_unused]] RowWindow row_for_row(const NodeView& node, uint32_t place) {
  return same_shape(node.input(place), node.output()) ? RowWindow{1, 0, 1} : RowWindow{};
}

// Of portable forms few need any.
constexpr NodeScratch scratch_of(OperatorCode code) { return code == OperatorCode::log_mel ? scratch_log_mel : nullptr; }

}  // namespace

#define MOTE_ROWS_whole(name) nullptr
#define MOTE_ROWS_rows(name) rows_##name
#define MOTE_ROWS_elements(name) row_for_row
#define MOTE_ROWS_base(name) nullptr

// Of an operator whose portable form is left out: it has no kernel of its own, and what a plan may do with it all the same.
#define MOTE_OPERATOR(code, name, inputs, since, access) \
  {code, since, RowAccess::access, MOTE_ROWS_##access(name), {inputs, check_##name, run_##name, scratch_of(OperatorCode::name)}},
#define MOTE_PACKED_OPERATOR(code, name, inputs, since, access) {code, since, RowAccess::access, MOTE_ROWS_##access(name), {}},

const Operator kOperators[] = {
#ifdef MOTE_OPERATOR_SET
#include MOTE_OPERATOR_SET
#else
#include "device/model/operators.def"
#endif
};
const uint32_t kOperatorCount = sizeof kOperators / sizeof kOperators[0];
#undef MOTE_OPERATOR
#undef MOTE_PACKED_OPERATOR

#define MOTE_PACKED(target, name)             \
  {Target::target,                            \
   static_cast<uint16_t>(OperatorCode::name), \
   {3, check_##name##_##target, run_##name##_##target, scratch_##name##_##target}},

const PackedKernel kPackedKernels[] = {
#ifdef MOTE_OPERATOR_SET
#include MOTE_OPERATOR_SET
#else
#include "device/kernels/packed/packed.def"
#endif
    {Target::portable, 0, {}}};
#undef MOTE_PACKED

}  // namespace mote
