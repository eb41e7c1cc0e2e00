// Names of mote_status, from its table: one after the other, which takes less flash than a pointer to each.
#include "mote/mote.h"

namespace {

constexpr uint8_t kCodes[] = {
#define MOTE_STATUS(code, name, text) MOTE_##name,
#include "mote/status.def"
#undef MOTE_STATUS
};

constexpr char kNames[] =
#define MOTE_STATUS(code, name, text) #name "\0"
#include "mote/status.def"
#undef MOTE_STATUS
    "UNKNOWN";

}  // namespace

extern "C" const char* mote_status_name(mote_status status) {
  const char* name = kNames;
  for (const uint8_t code : kCodes) {
    if (code == status) break;
    while (*name++ != '\0') {
    }
  }
  return name;
}
