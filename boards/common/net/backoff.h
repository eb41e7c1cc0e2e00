// When to try again: a random moment below a limit that doubles ("full jitter"), so that a fleet whose broker comes back does not
// arrive all at once.
#pragma once

#include <stdint.h>

namespace mote::net {

struct Backoff {
  uint32_t failures;
};

constexpr uint32_t kFirstWaitMs = 200, kLongestWaitMs = 10'000;
constexpr uint32_t kLastingMs = 10'000;  // a connection that ended sooner counts as one more failure

// After one more failure. `random` is any 32-bit number.
inline uint32_t next_wait_ms(Backoff* backoff, uint32_t random) {
  uint32_t limit = kFirstWaitMs;
  for (uint32_t i = 0; i < backoff->failures && limit < kLongestWaitMs; ++i) limit *= 2;
  if (limit > kLongestWaitMs) limit = kLongestWaitMs;
  ++backoff->failures;
  return static_cast<uint32_t>(static_cast<uint64_t>(random) * (limit + 1) >> 32);
}

}  // namespace mote::net
