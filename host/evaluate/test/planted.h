// Windows of which it is known where their class can be seen, and a model that looks there.
#pragma once

#include <gtest/gtest.h>

#include "base/random.h"
#include "host/data/dataset.h"
#include "quantize/compile.h"

namespace mote::test {

// Channels x, y, z of 32 samples. x tells the class in every window, in steps 20 and 21 alone; z in half of the windows, in
// steps 4 and 5; y never, though the model looks at all of it. The model's logits are +-`size` and more apart.
struct Planted {
  static constexpr uint32_t kSteps = 32, kChannels = 3;
  Dataset dataset;
  Graph graph;
  std::vector<uint32_t> windows;
  CompileInput input;

  // `wrong`: so many of 100 windows have the other label.
  explicit Planted(uint32_t count, double size = 2, uint32_t wrong = 0) {
    dataset.channels = {{"x", "", 0.001}, {"y", "", 0.001}, {"z", "", 0.001}};
    dataset.labels = {"low", "high"};
    dataset.groups = {"g0", "g1"};
    dataset.window_samples = kSteps;
    Random random(11);
    for (uint32_t w = 0; w < count; ++w) add_window(w, wrong, random);
    make_graph(size);
    input.graph = &graph;
    input.standardization = {.mean = {0, 0, 0}, .deviation = {1000, 1000, 1000}};
    for (const SensorChannel& channel : dataset.channels) input.channels.push_back({channel.name, channel.unit, channel.quantum});
    input.labels = dataset.labels;
    input.calibration = {count, [this](uint32_t i) { return dataset.window(i); }};
    input.reference = input.calibration;
    input.reference_labels = dataset.label_of;
  }
  Planted(const Planted&) = delete;

  Bytes model(const TemperatureChoice& temperature = {}) {
    NoProgress progress;
    input.temperature = temperature;
    const Result<Compiled> compiled = compile(input, progress);
    EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().line());
    return compiled.ok() ? compiled->model : Bytes{};
  }

 private:
  void add_window(uint32_t w, uint32_t wrong, Random& random) {
    const double seen = w % 2 == 0 ? -1 : 1;
    for (uint32_t t = 0; t < kSteps; ++t) {
      const bool x_tells = t == 20 || t == 21, z_tells = (t == 4 || t == 5) && w % 4 < 2;
      const double values[kChannels] = {x_tells ? seen : 0, 0, z_tells ? seen : 0};
      for (const double value : values)
        dataset.samples.push_back(static_cast<int16_t>(1000 * value + 200 * random.uniform(-1, 1)));
    }
    dataset.label_of.push_back(random.below(100) < wrong ? 1 - w % 2 : w % 2);
    dataset.group_of.push_back(w % 2);
    windows.push_back(w);
  }

  // One dense layer and a softmax.
  void make_graph(double size) {
    Value window{.shape = {1, 1, kSteps, kChannels}}, weights{.shape = {1, 1, 2, kSteps * kChannels}, .constant = true};
    for (const double sign : {-0.5, 0.5})
      for (uint32_t i = 0; i < kSteps * kChannels; ++i) {
        const uint32_t step = i / kChannels, channel = i % kChannels;
        const double weight = channel == 1                                 ? 0.02
                              : channel == 0 && (step == 20 || step == 21) ? 0.5
                              : channel == 2 && (step == 4 || step == 5)   ? 0.3
                                                                           : 0;
        weights.floats.push_back(static_cast<float>(sign * size * weight));
      }
    Value logits{.shape = {1, 1, 1, 2}}, probabilities{.shape = {1, 1, 1, 2}};
    const ValueId x = graph.add(window), w = graph.add(weights), sum = graph.add(logits), made = graph.add(probabilities);
    graph.inputs = {x}, graph.outputs = {made};
    graph.nodes = {{.op = Op::fully_connected, .inputs = {x, w}, .output = sum},
                   {.op = Op::softmax, .inputs = {sum}, .output = made}};
  }
};

}  // namespace mote::test
