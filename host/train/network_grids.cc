// The grids of a network that simulates the int8 model: which parameters they stand before, and the steps that they add.
#include <algorithm>

#include "host/train/network.h"

namespace mote {

std::vector<Parameter*> Network::parameters() {
  std::vector<Parameter*> all;
  for (Parameter* parameter : layer_parameters()) {
    const auto uses = [&](const auto& grid) { return grid.used() == parameter; };
    const auto weights = std::find_if(weight_grids_.begin(), weight_grids_.end(), uses);
    const auto sums = std::find_if(sums_.begin(), sums_.end(), [&](const Sums& candidate) { return uses(candidate.grid); });
    if (weights != weight_grids_.end()) {
      for (Parameter* trained : weights->parameters()) all.push_back(trained);
    } else {
      all.push_back(sums == sums_.end() ? parameter : sums->grid.trained());
    }
  }
  return all;
}

void Network::put_grids() const {
  for (const WeightGrid& grid : weight_grids_) grid.put();
  for (const Sums& sums : sums_) {
    const bool weighted = sums.weights != kNoWeights;
    sums.grid.put(weighted ? weight_grids_[sums.weights].scales() : std::vector<float>(sums.channels, 1));
  }
}

void Network::pull_grids() {
  for (WeightGrid& grid : weight_grids_) grid.pull();
  for (Sums& sums : sums_)
    if (sums.grid.used() != nullptr) sums.grid.pull();
}

Parameter* Network::parameter_of(const std::string& layer, bool weights) {
  for (const Step& step : steps_)
    if (step.layer && step.name == layer)
      for (Parameter* parameter : step.layer->parameters())
        if (parameter->decays == weights) return parameter;
  return nullptr;
}

// A step of its own; those that read the one before it read it.
void Network::insert_behind(size_t behind, std::unique_ptr<Layer> layer) {
  const size_t place = behind == kNetworkInput ? 0 : behind + 1;
  for (Step& step : steps_)
    for (size_t& from : step.from) {
      if (from == behind) {
        from = place;
      } else if (from != kNetworkInput && from >= place) {
        ++from;
      }
    }
  Step step{.layer = std::move(layer), .join = nullptr, .name = "", .from = {behind}};
  steps_.insert(steps_.begin() + static_cast<ptrdiff_t>(place), std::move(step));
  for (size_t& meeting : meetings_)
    if (meeting >= place) ++meeting;
  for (Shard& shard : shards_) {
    shard.outputs.resize(steps_.size());
    shard.gradients.resize(steps_.size());
  }
}

size_t Network::step_of(const std::string& name) const {
  size_t found = kNetworkInput;
  for (size_t i = 0; i < steps_.size(); ++i)
    if (name != "input" && steps_[i].name == name) found = i;
  return found;
}

void Network::put_weights_on_grid(const std::string& layer, Scale scale, uint32_t inner, uint32_t bits, bool keep) {
  weight_grids_.emplace_back(layer + ".weights", parameter_of(layer, true), std::move(scale), inner, bits, keep);
}

void Network::put_activations_on_grid(const std::string& name, std::shared_ptr<ActivationGrid> grid) {
  const size_t behind = step_of(name);
  const bool owns = std::find(activation_grids_.begin(), activation_grids_.end(), grid) == activation_grids_.end();
  if (owns) activation_grids_.push_back(grid);
  insert_behind(behind, make_fake_quantize(shape_of(behind), std::move(grid), owns));
}

void Network::put_sums_on_grid(const std::string& layer, uint32_t count, std::shared_ptr<ActivationGrid> input,
                               std::shared_ptr<ActivationGrid> output) {
  const auto weights = std::find_if(weight_grids_.begin(), weight_grids_.end(),
                                    [&](const WeightGrid& grid) { return grid.name() == layer + ".weights"; });
  const bool weighted = weights != weight_grids_.end();
  const size_t behind = step_of(layer);
  AccumulatorGrid grid(weighted ? parameter_of(layer, false) : nullptr, count, std::move(input), std::move(output));
  insert_behind(behind, grid.make_first_rounding(shape_of(behind)));
  sums_.push_back({.grid = std::move(grid),
                   .weights = weighted ? static_cast<size_t>(weights - weight_grids_.begin()) : kNoWeights,
                   .channels = shape_of(behind)[3]});
}

}  // namespace mote
