// A random network and windows of raw samples to compile it with.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/compile.h"
#include "quantize/test/graphs.h"

namespace mote::test {

constexpr uint32_t kSamples = 32, kChannels = 3, kClasses = 4, kWindows = 60;

// Windows of noise and a tone, each channel with its own offset and size.
struct Problem {
  Graph graph;
  std::vector<std::vector<int16_t>> windows;
  CompileInput input;

  explicit Problem(uint64_t seed) : graph(random_network(seed, kSamples, kChannels, kClasses)) {
    Random random(seed + 500);
    const double offset[kChannels] = {120, -3000, 8000}, size[kChannels] = {200, 2500, 40};
    for (uint32_t w = 0; w < kWindows; ++w) {
      const double frequency = random.uniform(0.05, 0.9), loudness = random.uniform(0, 2);
      std::vector<int16_t> window;
      for (uint32_t t = 0; t < kSamples; ++t)
        for (uint32_t c = 0; c < kChannels; ++c)
          window.push_back(static_cast<int16_t>(
              std::lround(offset[c] + size[c] * (0.5 * random.normal() + loudness * std::sin(frequency * t + c)))));
      windows.push_back(std::move(window));
    }
    input.graph = &graph;
    for (uint32_t c = 0; c < kChannels; ++c) {
      input.standardization.mean.push_back(offset[c] + 0.3);
      input.standardization.deviation.push_back(size[c]);
      input.channels.push_back({.name = "axis" + std::to_string(c), .unit = "g", .quantum = 0.001});
    }
    input.labels = {"a", "b", "c", "d"};
    input.calibration = {kWindows, [this](uint32_t i) { return std::span<const int16_t>(windows[i]); }};
    input.reference = input.calibration;
  }
  Problem(const Problem&) = delete;

  Compiled compiled() const {
    NoProgress progress;
    Result<Compiled> result = compile(input, progress);
    if (!result.ok()) ADD_FAILURE() << result.error().line();
    return result.ok() ? std::move(result).value() : Compiled{};
  }
};

}  // namespace mote::test
