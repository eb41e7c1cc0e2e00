// The names of the operators, apart from their table: firmware that does not ask for a name does not hold any.
#include "device/model/container.h"
#include "mote/mote.h"

extern "C" const char* mote_operator_name(uint16_t code) {
  switch (static_cast<mote::OperatorCode>(code)) {
#define MOTE_OPERATOR(code, name, inputs, since, access) \
  case mote::OperatorCode::name:                         \
    return #name;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  }
  return "unknown";
}
