// The [[layer]] tables of a configuration.
#pragma once

#include <vector>

#include "base/toml.h"
#include "host/train/config.h"

namespace mote {

// What is wrong comes from Toml::finish.
std::vector<LayerConfig> read_layers(Toml& document);

}  // namespace mote
