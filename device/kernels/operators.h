// The operators of device/model/operators.def with their checks and kernels.
#pragma once

#include "device/kernels/node.h"

namespace mote {

enum class RowAccess : uint8_t { whole, rows, elements, base };  // operators.def says what each allows

// One way to run an operator: what its constants must be, and the code that reads them.
struct Kernel {
  uint8_t inputs;
  NodeCheck check;
  NodeRun run;
  NodeScratch scratch;  // null: it needs none
};

struct Operator {
  uint16_t code;
  uint8_t since;  // the first format version that may hold it
  RowAccess access;
  NodeRows rows;  // null where access is whole
  Kernel portable;
};

#define MOTE_OPERATOR(code, name, inputs, since, access) \
  const char* check_##name(const NodeView& node);        \
  void run_##name(const NodeView& node);                 \
  RowWindow rows_##name(const NodeView& node, uint32_t place);
#include "device/model/operators.def"
#undef MOTE_OPERATOR

uint32_t scratch_log_mel(const NodeView& node);

#define MOTE_PACKED(target, name)                            \
  const char* check_##name##_##target(const NodeView& node); \
  void run_##name##_##target(const NodeView& node);          \
  uint32_t scratch_##name##_##target(const NodeView& node);
#include "device/kernels/packed/packed.def"
#undef MOTE_PACKED

// Null for a code that this firmware does not know or was built without.
const Operator* find_operator(uint16_t code);

// The kernel for the node's form; null when this firmware has none.
const Kernel* find_kernel(const Model& model, const NodeRecord& record);

}  // namespace mote
