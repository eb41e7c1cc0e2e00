// The quarter of a wave, made by the compiler: by the series of the sine, whose terms vanish below its doubles.
#include "device/kernels/signal/sine.h"

namespace mote {
namespace {

constexpr double kPi = 3.14159265358979323846;

constexpr double sine(double angle) {
  double sum = 0, term = angle;
  for (int i = 1; i < 24; i += 2) {
    sum += term;
    term *= -angle * angle / ((i + 1) * (i + 2));
  }
  return sum;
}

constexpr uint16_t entry(uint32_t k) { return static_cast<uint16_t>(kSineOne * sine(2 * kPi * k / kCircle) + 0.5); }

#define MOTE_FOUR(k) entry(k), entry((k) + 1), entry((k) + 2), entry((k) + 3)
#define MOTE_SIXTEEN(k) MOTE_FOUR(k), MOTE_FOUR((k) + 4), MOTE_FOUR((k) + 8), MOTE_FOUR((k) + 12)
#define MOTE_64(k) MOTE_SIXTEEN(k), MOTE_SIXTEEN((k) + 16), MOTE_SIXTEEN((k) + 32), MOTE_SIXTEEN((k) + 48)

}  // namespace

constexpr uint16_t kQuarterSine[kCircle / 4 + 1] = {MOTE_64(0), MOTE_64(64), MOTE_64(128), MOTE_64(192), entry(256)};

}  // namespace mote
