// Windows of raw sensor samples with what is known about them: the type that everything after the readers takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/sha256.h"

namespace mote {

struct SensorChannel {
  std::string name, unit;
  double quantum = 1;  // unit per int16 step
};

// A window is `window_samples` consecutive samples of one label and one group. A group is what must not be on both sides of a
// split: the person who wore the sensor, the machine it sat on.
struct Dataset {
  std::vector<SensorChannel> channels;
  std::vector<std::string> labels;  // names of the classes
  std::vector<std::string> groups;  // names, in the order of their numbers ("user2" before "user10")
  double sample_rate_hz = 0;        // 0: not known
  uint32_t window_samples = 0;
  uint32_t height = 1;  // of images: a window is so many rows of window_samples / height pixels

  std::vector<int16_t> samples;    // [windows][window_samples][channels]
  std::vector<uint32_t> label_of;  // [windows], index into labels
  std::vector<uint32_t> group_of;  // [windows], index into groups

  uint32_t count() const { return static_cast<uint32_t>(label_of.size()); }
  size_t window_values() const { return size_t{window_samples} * channels.size(); }
  std::span<const int16_t> window(uint32_t index) const {
    return std::span(samples).subspan(index * window_values(), window_values());
  }
};

// Those windows of a data set, in the order in which they are named.
Dataset some_of(const Dataset& dataset, std::span<const uint32_t> windows);

// SHA-256 over everything above in a fixed little-endian order: equal for equal content, whatever files it came from.
Digest digest(const Dataset& dataset);

// Sorts groups so that runs of digits compare as numbers.
bool natural_less(std::string_view left, std::string_view right);

// Renames the groups into natural order and renumbers group_of. Readers call it last.
void sort_groups(Dataset& dataset);

}  // namespace mote
