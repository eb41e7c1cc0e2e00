// Sines and cosines of 1024 steps in a circle, from one quarter of a wave.
#pragma once

#include <stdint.h>

namespace mote {

constexpr uint32_t kCircle = 1024;
constexpr int32_t kSineOne = 1 << 15;

// round(2^15 * sin(2 pi k / 1024)) for k = 0 to 256; the last one is 2^15.
extern const uint16_t kQuarterSine[kCircle / 4 + 1];

// REQUIRES step <= 512, half a circle.
inline int32_t sine_of(uint32_t step) { return kQuarterSine[step <= kCircle / 4 ? step : kCircle / 2 - step]; }
inline int32_t cosine_of(uint32_t step) {
  return step <= kCircle / 4 ? int32_t{kQuarterSine[kCircle / 4 - step]} : -int32_t{kQuarterSine[step - kCircle / 4]};
}

}  // namespace mote
