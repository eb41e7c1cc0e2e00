// The two-sided cumulative sum (Page, "Continuous inspection schemes", Biometrika 1954).
#include "device/monitor/sketch.h"

namespace mote {
namespace {

int32_t step(int32_t sum, int64_t excess) {
  const int64_t next = sum + excess;
  return next < 0 ? 0 : next > INT32_MAX ? INT32_MAX : static_cast<int32_t>(next);
}

}  // namespace

void cusum_clear(Cusum* cusum) { *cusum = Cusum{0, 0}; }

bool cusum_add(Cusum* cusum, int16_t value, int32_t mean, int32_t slack, int32_t limit) {
  const int64_t deviation = int64_t{value} * 256 - mean;
  cusum->up = step(cusum->up, deviation - slack);
  cusum->down = step(cusum->down, -deviation - slack);
  if (cusum->up <= limit && cusum->down <= limit) return false;
  cusum_clear(cusum);
  return true;
}

}  // namespace mote
