// One window for each end of each channel.
#include "host/train/reach.h"

#include <algorithm>
#include <cmath>

namespace mote {

void add_reach(const std::vector<CsvChannel>& channels, size_t values, std::vector<int16_t>& calibration) {
  const size_t windows = calibration.size() / values;
  size_t taken = 0;
  for (size_t channel = 0; channel < channels.size(); ++channel) {
    for (const std::optional<double>& end : {channels[channel].least, channels[channel].most}) {
      if (!end) continue;
      const auto sample = static_cast<int16_t>(std::clamp(std::round(*end / channels[channel].quantum), -32768.0, 32767.0));
      const auto from = static_cast<ptrdiff_t>(taken++ % windows * values);
      std::vector<int16_t> window(calibration.begin() + from, calibration.begin() + from + static_cast<ptrdiff_t>(values));
      for (size_t i = channel; i < values; i += channels.size()) window[i] = sample;
      calibration.insert(calibration.end(), window.begin(), window.end());
    }
  }
}

}  // namespace mote
