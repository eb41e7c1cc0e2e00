// The network that a training begins with, and its way through.
#include "host/train/fit.h"

#include <algorithm>

#include "base/json.h"
#include "host/train/matrix.h"
#include "host/train/presets.h"
#include "host/train/training.h"

namespace mote {
namespace {

Shape network_shape(const TrainConfig& config, const Dataset& dataset, const std::optional<Shape>& features) {
  if (!features)
    return {1, dataset.height, dataset.window_samples / dataset.height, static_cast<uint32_t>(dataset.channels.size())};
  return config.features.image ? Shape{1, (*features)[2], (*features)[3], 1} : *features;
}

// With weights drawn at random, or with those of a parent.
Result<TunedNetwork> first_network(const TrainConfig& config, const FitInput& input, const Shape& shape,
                                   const std::optional<Shape>& tensor, const Standardization& standardization,
                                   const Parent* parent) {
  constexpr size_t kMostWindows = 512;  // for the first ranges of activations
  const auto classes = static_cast<uint32_t>(input.dataset.labels.size());
  std::vector<LayerConfig> layers = layers_of(config, shape, classes);
  if (parent == nullptr) {
    TRY(Network network, Network::make(layers, shape, classes, config.seed, config.fit.goal, tensor));
    return TunedNetwork{.network = std::move(network)};
  }
  const size_t count = std::min(kMostWindows, input.train.size());
  const FloatWindows windows = {.count = static_cast<uint32_t>(count), .window = [&](uint32_t index, std::span<float> window) {
                                  const uint32_t place = input.train[index * input.train.size() / count];
                                  standardize(seen(input).window(place), standardization, window.data());
                                }};
  return fine_tune({.parent = *parent,
                    .layers = std::move(layers),
                    .shape = shape,
                    .tensor = tensor,
                    .classes = classes,
                    .config = config,
                    .windows = windows});
}

}  // namespace

Result<Fit> fit(const TrainConfig& config, const FitInput& input, uint32_t threads, const std::string& label, Progress& progress,
                Checkpoint* checkpoint, const Parent* parent) {
  // Eigen cuts products by the size of the caches it finds; fixed sizes make the order of sums the same on every machine.
  Eigen::setCpuCacheSizes(32 << 10, 256 << 10, 2 << 20);
  const Dataset& dataset = input.dataset;
  const std::optional<Shape> tensor = input.features == nullptr ? std::nullopt : std::optional(input.features->extractor.shape());
  const Shape shape = network_shape(config, dataset, tensor);
  const auto classes = static_cast<uint32_t>(dataset.labels.size());
  if (!config.fit.class_weights.empty() && config.fit.class_weights.size() != classes) {
    return Error{.cause = Cause::usage,
                 .what = "'train.class_weights' has " + std::to_string(config.fit.class_weights.size()) + " weights for " +
                         std::to_string(classes) + " classes",
                 .where = config.where,
                 .todo = ""};
  }
  if (parent == nullptr && config.fit.quantized.any()) {
    return Error{.cause = Cause::usage,
                 .what = std::string(config.fit.quantized.keep_scales ? "keep_scales" : "quantization_aware") +
                         " begins with a trained network",
                 .where = config.where,
                 .todo = "name its run: mote train --from RUN"};
  }
  if (parent != nullptr) TRY_DO(check_data(*parent, dataset, config.where));
  Standardization standardization =
      parent != nullptr ? parent->standardization : measure_standardization(seen(input), input.train);
  TRY(TunedNetwork network, first_network(config, input, shape, tensor, standardization, parent));
  TRY(Augmenter augmenter, Augmenter::make(config.augment, dataset, input.train, config.where));
  Batches batches(config, input, std::move(augmenter), std::move(standardization));
  Training training(config, input, std::move(network), std::move(batches), parent, threads);
  return training.run(label, progress, checkpoint);
}

Json to_json(const std::vector<Epoch>& history) {
  Json list = Json::array();
  for (const Epoch& epoch : history) {
    list.push_back({{"rate", epoch.rate},
                    {"loss", epoch.loss},
                    {"accuracy", epoch.accuracy},
                    {"validation_loss", epoch.validation_loss},
                    {"validation_accuracy", epoch.validation_accuracy}});
  }
  return list;
}

}  // namespace mote
