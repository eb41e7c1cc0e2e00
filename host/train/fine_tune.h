// The network of a training that starts from another run, with grids where it simulates the int8 model.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "host/train/network.h"
#include "host/train/parent.h"

namespace mote {

// A network, and what its grids say of the values of the graph that it writes.
struct TunedNetwork {
  Network network;
  std::vector<std::pair<std::string, std::shared_ptr<ActivationGrid>>> activations = {};
  FixedScales kept = {};  // all that the parent's model has, when they are kept

  FixedScales scales() const;  // as the grids stand now; empty without any
};

struct FineTuneInput {
  const Parent& parent;
  std::vector<LayerConfig> layers;
  Shape shape{};
  std::optional<Shape> tensor;  // of the model's input, where it is not that of a signal (Network::make)
  uint32_t classes = 0;
  const TrainConfig& config;
  FloatWindows windows;  // standardized, of the training part: the first ranges of activations
};

// The parent's layers with its weights. With grids, the batch norms of the parent are folded into the weights with their running
// statistics, and are no layers any more (Krishnamoorthi 2018, section 3.2.2.3: as after "freeze").
Result<TunedNetwork> fine_tune(const FineTuneInput& input);

}  // namespace mote
