// The operators of device/model/operators.def with their checks and kernels.
#pragma once

#include "device/kernels/node.h"

namespace mote {

enum class Access : uint8_t { whole, rows, elements, base };  // operators.def says what each allows

struct Operator {
  uint16_t code;
  uint8_t inputs;
  uint8_t since;  // the first format version that may hold it
  Access access;
  NodeCheck check;
  NodeRun run;
};

#define MOTE_OPERATOR(code, name, inputs, since, access) \
  const char* check_##name(const NodeView& node);        \
  void run_##name(const NodeView& node);
#include "device/model/operators.def"
#undef MOTE_OPERATOR

// Null for a code that this firmware does not know.
const Operator* find_operator(uint16_t code);

}  // namespace mote
