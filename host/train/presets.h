// Networks by name, made to the shape of the data.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "host/train/config.h"
#include "host/train/network.h"
#include "quantize/graph/graph.h"

namespace mote {

struct PresetInput {
  Shape shape{};  // [1, height, width, channels]; height 1: a signal, whose filters are one sample high
  uint32_t classes = 0;
  double width = 1;  // factor of all numbers of filters and units
};

bool is_preset(const std::string& name);
std::string preset_names();

// REQUIRES is_preset(name). "autoencoder" makes as many values as the input has.
std::vector<LayerConfig> preset(const std::string& name, const PresetInput& input);

// The layers that a configuration writes out, or those of its preset.
std::vector<LayerConfig> layers_of(const TrainConfig& config, const Shape& shape, uint32_t classes);

}  // namespace mote
