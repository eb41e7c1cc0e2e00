// Wilson's score interval.
#include "host/evaluate/interval.h"

#include <algorithm>
#include <cmath>

namespace mote {

Interval wilson(uint32_t right, uint32_t count) {
  if (count == 0) return {};
  constexpr double kZ = 1.959963984540054;  // 97.5 % of a normal distribution lie below
  const double n = count, share = right / n, z2 = kZ * kZ;
  const double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {right == 0 ? 0 : std::max(0.0, middle - half), right == count ? 1 : std::min(1.0, middle + half)};
}

}  // namespace mote
