// What a check of the verifier answers: good, or the status and the label of the first rule that is broken.
#pragma once

#include "mote/mote.h"

namespace mote {

struct Verdict {
  mote_status status = MOTE_OK;
  const char* rule = nullptr;  // "M7" of docs/spec/model-format.md, with MOTE_MALFORMED only

  bool good() const { return status == MOTE_OK; }
};

inline Verdict broken(const char* rule) { return {MOTE_MALFORMED, rule}; }
inline Verdict refused(mote_status status) { return {status, nullptr}; }

}  // namespace mote
