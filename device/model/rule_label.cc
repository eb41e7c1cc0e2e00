// The labels of the verifier's rules. Firmware that does not ask for them (mote_check) does not hold them.
#include "device/model/verdict.h"

namespace mote {
namespace {

constexpr uint32_t kLabels = 100;  // two digits

struct Labels {
  char text[kLabels][4];

  constexpr Labels() : text() {
    for (uint32_t i = 0; i < kLabels; ++i) {
      char* to = text[i];
      *to++ = 'M';
      if (i >= 10) *to++ = static_cast<char>('0' + i / 10);
      *to = static_cast<char>('0' + i % 10);
    }
  }
};
constexpr Labels kRules;

}  // namespace

const char* Verdict::rule() const { return good() || value >= kLabels ? nullptr : kRules.text[value]; }

}  // namespace mote
