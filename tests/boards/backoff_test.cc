// When firmware tries its broker again: full jitter below a limit that doubles.
#include "boards/common/net/backoff.h"

#include <gtest/gtest.h>

namespace mote::net {
namespace {

TEST(FirmwareBackoff, IsAnyMomentBelowALimitThatDoublesUpToTheLongest) {
  uint32_t limit = kFirstWaitMs;
  for (uint32_t failures = 0; failures < 40; ++failures) {
    for (const uint32_t random : {uint32_t{0}, UINT32_MAX / 2, UINT32_MAX}) {
      Backoff backoff{failures};
      EXPECT_EQ(next_wait_ms(&backoff, random), random == 0 ? 0 : random == UINT32_MAX ? limit : limit / 2) << failures;
      EXPECT_EQ(backoff.failures, failures + 1);
    }
    limit = limit >= kLongestWaitMs / 2 ? kLongestWaitMs : 2 * limit;
  }
  Backoff endless{UINT32_MAX - 1};
  EXPECT_EQ(next_wait_ms(&endless, UINT32_MAX), kLongestWaitMs);
}

}  // namespace
}  // namespace mote::net
