// When to try again: a random moment below a limit that doubles ("full jitter"), so that a fleet whose broker comes back does
// not arrive all at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.h"

namespace mote {

class Backoff {
 public:
  Backoff(int64_t first_ms, int64_t longest_ms, uint64_t seed) : first_ms_(first_ms), longest_ms_(longest_ms), random_(seed) {}

  // How long to wait after one more failure, 0 to longest_ms.
  int64_t next_ms() {
    const int64_t limit = std::min(longest_ms_, first_ms_ << std::min(failures_, 20));
    ++failures_;
    return static_cast<int64_t>(random_.below(static_cast<uint64_t>(limit) + 1));
  }
  void succeeded() { failures_ = 0; }

 private:
  int64_t first_ms_;
  int64_t longest_ms_;
  int failures_ = 0;
  Random random_;
};

}  // namespace mote
