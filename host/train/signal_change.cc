// Draws first, then walks over the signal once.
#include "host/train/signal_change.h"

#include <algorithm>
#include <cmath>

namespace mote {

void change_speed(size_t channels, double stretch, Random& random, std::vector<float>& signal) {
  const double speed = std::exp(stretch * random.normal());
  const std::vector<float> old = signal;
  const size_t samples = signal.size() / channels;
  const double middle = static_cast<double>(samples - 1) / 2;
  for (size_t t = 0; t < samples; ++t) {
    const double at = std::clamp(middle + speed * (static_cast<double>(t) - middle), 0.0, 2 * middle);
    const auto first = static_cast<size_t>(at);
    const size_t second = std::min(first + 1, samples - 1);
    const auto share = static_cast<float>(at - static_cast<double>(first));
    for (size_t c = 0; c < channels; ++c)
      signal[t * channels + c] = old[first * channels + c] * (1 - share) + old[second * channels + c] * share;
  }
}

void hide(size_t channels, uint32_t samples, uint32_t width, Random& random, float* signal, size_t values) {
  const size_t length = values / channels;
  if (samples > 0) {
    const size_t count = random.below(std::min<uint64_t>(samples, length) + 1);
    const size_t first = random.below(length - count + 1);
    std::fill_n(signal + first * channels, count * channels, 0.0f);
  }
  if (width == 0) return;
  const size_t count = random.below(std::min<uint64_t>(width, channels) + 1);
  const size_t first = random.below(channels - count + 1);
  for (size_t t = 0; t < length; ++t) std::fill_n(signal + t * channels + first, count, 0.0f);
}

double draw_share(double alpha, Random& random) {
  for (;;) {
    const double a = std::pow(random.uniform(), 1 / alpha), b = std::pow(random.uniform(), 1 / alpha);
    if (a + b > 0 && a + b <= 1) return a / (a + b);
  }
}

}  // namespace mote
