// Epochs of shuffled batches, a validation after each, the best weights kept.
#include "host/train/fit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

#include "base/json.h"
#include "base/random.h"
#include "host/train/augment.h"
#include "host/train/fine_tune.h"
#include "host/train/matrix.h"
#include "host/train/network.h"
#include "host/train/optimizer.h"
#include "host/train/presets.h"
#include "host/train/signal_change.h"

namespace mote {
namespace {

// Purposes of the random streams of one seed (1 is the weights').
enum Stream : uint64_t { kShuffle = 2, kAugment = 3 };

using Weights = std::vector<std::vector<float>>;

Weights copy_of(Network& network) {
  Weights copy;
  for (const std::vector<float>* list : network.state()) copy.push_back(*list);
  return copy;
}

void put_back(const Weights& weights, Network& network) {
  const std::vector<std::vector<float>*> state = network.state();
  for (size_t i = 0; i < state.size(); ++i) *state[i] = weights[i];
}

// average = factor * average + (1 - factor) * weights
void mix_in(Network& network, double factor, Weights& average) {
  const std::vector<std::vector<float>*> state = network.state();
  const auto kept = static_cast<float>(factor), added = static_cast<float>(1 - factor);
  for (size_t i = 0; i < state.size(); ++i)
    for (size_t k = 0; k < average[i].size(); ++k) average[i][k] = kept * average[i][k] + added * (*state[i])[k];
}

// Factors of the loss whose mean over the training windows is 1.
std::vector<double> class_weights(const FitConfig& config, const FitInput& input) {
  if (!config.balanced && config.class_weights.empty()) return {};
  std::vector<double> counts(input.dataset.labels.size(), 0), weights = config.class_weights;
  for (const uint32_t window : input.train) ++counts[input.dataset.label_of[window]];
  if (config.balanced) {
    for (const double count : counts) weights.push_back(count == 0 ? 0 : 1 / count);
  }
  double total = 0;
  for (size_t c = 0; c < counts.size(); ++c) total += weights[c] * counts[c];
  for (double& weight : weights) weight *= static_cast<double>(input.train.size()) / total;
  return weights;
}

Shape network_shape(const TrainConfig& config, const Dataset& dataset, const std::optional<Shape>& features) {
  if (!features)
    return {1, dataset.height, dataset.window_samples / dataset.height, static_cast<uint32_t>(dataset.channels.size())};
  return config.features.image ? Shape{1, (*features)[2], (*features)[3], 1} : *features;
}

// What the network sees, before standardization.
const Dataset& seen(const FitInput& input) { return input.features != nullptr ? input.features->dataset : input.dataset; }

// Of what decides every byte of a training.
Digest identity_of(const TrainConfig& config, const FitInput& input, const Parent* parent) {
  Sha256 sha;
  sha.add(view_of(config.text));
  sha.add(bytes_of(std::span<const uint64_t>(&config.seed, 1)));
  sha.add(digest(input.dataset));
  for (const auto& windows : {input.train, input.validation}) sha.add(bytes_of(windows));
  if (parent != nullptr) {  // its options may have been given beside the text
    const QuantizedTraining& quantized = config.fit.quantized;
    const double options[] = {static_cast<double>(quantized.aware), static_cast<double>(quantized.keep_scales),
                              static_cast<double>(quantized.weight_bits), static_cast<double>(config.fit.epochs),
                              config.fit.rate};
    sha.add(parent->digest);
    sha.add(sha256(parent->model));
    sha.add(bytes_of(std::span<const double>(options)));
  }
  return sha.finish();
}

class Training {
 public:
  Training(const TrainConfig& config, const FitInput& input, TunedNetwork tuned, Standardization standardization,
           Augmenter augmenter, const Parent* parent, uint32_t threads)
      : config_(config),
        input_(input),
        parent_(parent),
        tuned_(std::move(tuned)),
        network_(tuned_.network),
        augmenter_(std::move(augmenter)),
        seen_(seen(input)),
        standardization_(std::move(standardization)),
        optimizer_(make_optimizer(config.fit, network_.parameters())),
        workers_(threads),
        order_(input.train.size()) {
    std::iota(order_.begin(), order_.end(), 0u);
    objective_ = {.smoothing = config.fit.smoothing, .class_weights = class_weights(config.fit, input)};
    steps_per_epoch_ = std::max<uint64_t>(1, order_.size() / config.fit.batch);
  }

  Result<Fit> run(const std::string& label, Progress& progress, Checkpoint* checkpoint) {
    standing_.average = copy_of(network_);
    const Digest identity = checkpoint == nullptr ? Digest{} : identity_of(config_, input_, parent_);
    if (checkpoint != nullptr) TRY_DO(resume(*checkpoint, identity));
    progress.begin(label, config_.fit.epochs);
    while (standing_.epochs < config_.fit.epochs && !out_of_patience()) {
      one_epoch(progress);
      if (checkpoint == nullptr || !checkpoint->is_due(standing_.epochs)) continue;
      StateWriter writer;
      exchange(writer);
      TRY_DO(checkpoint->save(identity, writer.take()));
    }
    progress.end();
    if (!standing_.best.empty()) put_back(standing_.best, network_);
    return Fit{.graph = network_.graph(),
               .standardization = standardization_,
               .history = standing_.history,
               .best_epoch = standing_.best_epoch,
               .scales = tuned_.scales()};
  }

 private:
  // What the epochs to come depend on, besides the network, the optimizer and the order of the windows.
  struct Standing {
    uint32_t epochs = 0;  // done
    uint32_t best_epoch = 0;
    double least = std::numeric_limits<double>::infinity();  // validation loss
    Weights average, best;
    std::vector<Epoch> history;
  };

  bool out_of_patience() const {
    const uint32_t patience = config_.fit.patience;
    return patience > 0 && standing_.epochs > 0 && standing_.epochs - 1 - standing_.best_epoch >= patience;
  }

  void one_epoch(Progress& progress) {
    const uint32_t epoch = standing_.epochs++;
    Epoch record = learn(epoch, standing_.average);
    const Weights current = copy_of(network_);
    if (config_.fit.average > 0) put_back(standing_.average, network_);
    const Loss validation = validate();
    record.validation_loss = validation.mean();
    record.validation_accuracy = validation.accuracy();
    standing_.history.push_back(record);
    report(epoch + 1, record, progress);
    if (record.validation_loss < standing_.least) {
      standing_.least = record.validation_loss;
      standing_.best_epoch = epoch;
      standing_.best = copy_of(network_);
    }
    put_back(current, network_);
  }

  // Writes or reads all of it.
  template <typename Archive>
  void exchange(Archive& archive) {
    for (std::vector<float>* list : network_.state()) archive.list(*list, true);
    for (std::vector<float>* list : optimizer_->state()) archive.list(*list, true);
    for (Random* random : network_.randoms()) archive.value(*random);
    for (std::vector<float>& list : standing_.average) archive.list(list, true);
    archive.value(optimizer_->steps);
    archive.list(order_, true);
    archive.value(standing_.epochs);
    archive.value(standing_.best_epoch);
    archive.value(standing_.least);
    archive.list(standing_.history, false);
    uint8_t has_best = !standing_.best.empty();
    archive.value(has_best);
    if (has_best == 0) return;
    if (standing_.best.empty()) standing_.best = copy_of(network_);
    for (std::vector<float>& list : standing_.best) archive.list(list, true);
  }

  Result<void> resume(Checkpoint& checkpoint, const Digest& identity) {
    TRY(const std::optional<Bytes> state, checkpoint.load(identity));
    if (!state) return {};
    StateReader reader(*state);
    exchange(reader);
    for (const uint32_t place : order_)
      if (place >= input_.train.size()) return checkpoint.refuse("does not fit this training");
    if (!reader.whole() || standing_.epochs != standing_.history.size() || standing_.best_epoch >= standing_.epochs)
      return checkpoint.refuse("does not fit this training");
    return {};
  }

  // The last windows of an epoch that do not fill a batch wait for the next shuffle.
  Epoch learn(uint32_t epoch, Weights& average) {
    Random shuffle = Random::stream(config_.seed, kShuffle + 16 * (uint64_t{epoch} + 1));
    shuffle.shuffle(order_);
    Epoch record;
    Loss total;
    const uint64_t all_steps = steps_per_epoch_ * config_.fit.epochs;
    const auto warmup = static_cast<uint64_t>(config_.fit.warmup * static_cast<double>(steps_per_epoch_));
    for (uint64_t step = 0; step < steps_per_epoch_; ++step) {
      const uint64_t taken = epoch * steps_per_epoch_ + step;
      record.rate = cosine_rate(config_.fit.rate, taken, warmup, all_steps);
      const size_t first = step * config_.fit.batch;
      const size_t count = std::min<size_t>(config_.fit.batch, order_.size() - first);
      fill(std::span(order_).subspan(first, count), epoch);
      const Loss loss = network_.train(batch_, objective_, workers_);
      optimizer_->step(record.rate);
      // At first the average follows closely: it would carry the untrained weights along for long.
      const double young = static_cast<double>(1 + taken) / static_cast<double>(10 + taken);
      if (config_.fit.average > 0) mix_in(network_, std::min(config_.fit.average, young), average);
      total.sum += loss.sum, total.correct += loss.correct, total.count += loss.count;
    }
    record.loss = total.mean();
    record.accuracy = total.accuracy();
    return record;
  }

  // A training batch; `places` are into input_.train. What is drawn for a window depends on its place and the epoch alone.
  void fill(std::span<const uint32_t> places, uint32_t epoch) {
    const size_t values = seen_.window_values();
    workers_.each(kShards, [&](uint32_t shard) {
      const size_t first = places.size() * shard / kShards, last = places.size() * (shard + 1) / kShards;
      Batch& batch = batch_.inputs[shard];
      batch.resize(static_cast<uint32_t>(last - first), values);
      for (auto* list : {&batch_.labels[shard], &batch_.others[shard]}) list->clear();
      batch_.shares[shard].clear();
      for (size_t i = first; i < last; ++i) {
        const uint32_t window = input_.train[places[i]];
        Random random = Random::stream(config_.seed, kAugment + 16 * (uint64_t{epoch} << 32 | places[i]));
        const auto to = std::span(batch.values).subspan((i - first) * values, values);
        augment(window, random, to);
        batch_.labels[shard].push_back(input_.dataset.label_of[window]);
        if (config_.augment.mixup > 0) mix(shard, random, to);
      }
    });
  }

  void augment(uint32_t window, Random& random, std::span<float> to) const {
    const std::span<const int16_t> raw = input_.dataset.window(window);
    if (input_.features == nullptr) return augmenter_.apply(raw, standardization_, random, to.data());
    augmenter_.apply(raw, {input_.features->extractor, seen_.window(window)}, standardization_, random, to);
  }

  // Zhang et al. 2018, "mixup": the window and another, and their classes, in the same shares.
  void mix(uint32_t shard, Random& random, std::span<float> to) {
    const uint32_t other = input_.train[random.below(input_.train.size())];
    const double drawn = draw_share(config_.augment.mixup, random);
    const auto share = static_cast<float>(std::max(drawn, 1 - drawn));  // the first stays the larger part
    std::vector<float> added(to.size());
    augment(other, random, added);
    for (size_t i = 0; i < to.size(); ++i) to[i] = share * to[i] + (1 - share) * added[i];
    batch_.others[shard].push_back(input_.dataset.label_of[other]);
    batch_.shares[shard].push_back(share);
  }

  Loss validate() {
    constexpr size_t kAtOnce = 256;
    const size_t values = seen_.window_values();
    Loss total;
    for (size_t begin = 0; begin < input_.validation.size(); begin += kAtOnce) {
      const auto windows = input_.validation.subspan(begin, std::min(kAtOnce, input_.validation.size() - begin));
      for (uint32_t shard = 0; shard < kShards; ++shard) {
        const size_t first = windows.size() * shard / kShards, last = windows.size() * (shard + 1) / kShards;
        batch_.inputs[shard].resize(static_cast<uint32_t>(last - first), values);
        for (auto* list : {&batch_.labels[shard], &batch_.others[shard]}) list->clear();
        batch_.shares[shard].clear();
        for (size_t i = first; i < last; ++i) {
          standardize(seen_.window(windows[i]), standardization_, batch_.inputs[shard].values.data() + (i - first) * values);
          batch_.labels[shard].push_back(input_.dataset.label_of[windows[i]]);
        }
      }
      const Loss loss = network_.evaluate(batch_, workers_);
      total.sum += loss.sum, total.correct += loss.correct, total.count += loss.count;
    }
    return total;
  }

  static void report(uint32_t done, const Epoch& epoch, Progress& progress) {
    char note[96];
    std::snprintf(note, sizeof note, "loss %.3f  accuracy %.3f  validation %.3f", epoch.loss, epoch.accuracy,
                  epoch.validation_accuracy);
    progress.step(done, note);
  }

  const TrainConfig& config_;
  const FitInput& input_;
  const Parent* parent_;
  TunedNetwork tuned_;
  Network& network_;
  Augmenter augmenter_;
  const Dataset& seen_;  // what the network sees before standardization
  Standardization standardization_;
  std::unique_ptr<Optimizer> optimizer_;
  Objective objective_;
  Workers workers_;
  std::vector<uint32_t> order_;  // places in input_.train
  uint64_t steps_per_epoch_ = 1;
  Standing standing_;
  ShardedBatch batch_;
};

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
  Training training(config, input, std::move(network), std::move(standardization), std::move(augmenter), parent, threads);
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
