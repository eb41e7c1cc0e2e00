// Layers one after the other, as a configuration or a preset writes them down.
#pragma once

#include <string>
#include <vector>

#include "host/train/config.h"

namespace mote {

struct Follows {
  bool norm = false;
  std::string activation = "none";  // "none", "relu", "relu6"
};

class LayerList {
 public:
  // Adds a layer and, as layers of their own, the batch norm and the activation that follow it. Returns the place of the last of
  // them: what others put into `from`.
  size_t add(LayerConfig layer, const Follows& follows);

  // `layer` as a depthwise convolution and one of 1 by 1 behind it, each with what follows.
  size_t add_separable(const LayerConfig& layer, const Follows& follows);

  std::vector<LayerConfig> take() { return std::move(layers_); }

 private:
  std::vector<LayerConfig> layers_;
};

}  // namespace mote
