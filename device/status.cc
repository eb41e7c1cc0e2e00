// Names and texts of mote_status, from its table.
#include "mote/mote.h"

extern "C" const char* mote_status_name(mote_status status) {
  switch (status) {
#define MOTE_STATUS(code, name, text) \
  case MOTE_##name:                   \
    return #name;
#include "mote/status.def"
#undef MOTE_STATUS
    default:
      return "UNKNOWN";
  }
}

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
