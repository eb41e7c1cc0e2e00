// What is in a data set, counted.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/data/dataset.h"
#include "host/data/split.h"

namespace mote {

struct ChannelRange {
  SensorChannel channel;
  int16_t least = 0, most = 0;     // quanta
  double mean = 0, deviation = 0;  // in the channel's unit
  uint64_t clipped = 0;            // samples at either end of int16
};

struct Description {
  std::string hash;
  uint32_t windows = 0, window_samples = 0;
  double sample_rate_hz = 0;
  std::vector<std::string> labels, groups;
  std::vector<std::vector<uint32_t>> counts;  // [group][label]
  std::vector<ChannelRange> channels;
};

Description describe(const Dataset& dataset);
Json to_json(const Description& description);
std::string to_text(const Description& description);

// The parts of a split, with their windows per class.
struct SplitDescription {
  struct Part {
    std::string name;  // "train", "validation", "test"
    std::vector<std::string> groups;
    std::vector<uint32_t> counts;  // [label]
  };
  std::vector<std::string> labels;
  std::vector<Part> parts;
};

SplitDescription describe(const Dataset& dataset, const Split& split);
Json to_json(const SplitDescription& description);
std::string to_text(const SplitDescription& description);

}  // namespace mote
