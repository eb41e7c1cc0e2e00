// What a check of the verifier answers: good, or the status and the first rule that is broken. One number, in a register.
#pragma once

#include "mote/mote.h"

namespace mote {

struct Verdict {
  uint32_t value = 0;  // 7 for the rule "M7" of docs/spec/model-format.md, which is MOTE_MALFORMED; kStatus and above a status

  static constexpr uint32_t kStatus = 128;

  bool good() const { return value == 0; }
  mote_status status() const {
    return good() ? MOTE_OK : value < kStatus ? MOTE_MALFORMED : static_cast<mote_status>(value - kStatus);
  }
  // "M7"; null where no rule is broken.
  const char* rule() const;
};

// Of a literal the compiler takes the number, and the label is not in flash.
[[gnu::always_inline]] inline Verdict broken(const char* label) {
  const auto first = static_cast<uint32_t>(label[1] - '0');
  return {label[2] == '\0' ? first : 10 * first + static_cast<uint32_t>(label[2] - '0')};
}
inline Verdict refused(mote_status status) { return {Verdict::kStatus + status}; }

}  // namespace mote
