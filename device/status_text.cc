// Texts of mote_status, from its table: apart from the names, so that firmware which prints those does not hold these.
#include "mote/mote.h"

extern "C" const char* mote_status_text(mote_status status) {
  switch (status) {
#define MOTE_STATUS(code, name, text) \
  case MOTE_##name:                   \
    return text;
#include "mote/status.def"
#undef MOTE_STATUS
    default:
      return "a status that this version does not know";
  }
}
