// Epochs, and what a checkpoint holds of them.
#include "host/train/training.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "host/train/streams.h"

namespace mote {
namespace {

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

void report(uint32_t done, const Epoch& epoch, Progress& progress) {
  char note[96];
  std::snprintf(note, sizeof note, "loss %.3f  accuracy %.3f  validation %.3f", epoch.loss, epoch.accuracy,
                epoch.validation_accuracy);
  progress.step(done, note);
}

}  // namespace

Training::Training(const TrainConfig& config, const FitInput& input, TunedNetwork tuned, Batches batches, const Parent* parent,
                   uint32_t threads)
    : config_(config),
      input_(input),
      parent_(parent),
      tuned_(std::move(tuned)),
      network_(tuned_.network),
      batches_(std::move(batches)),
      optimizer_(make_optimizer(config.fit, network_.parameters())),
      workers_(threads),
      order_(input.train.size()) {
  std::iota(order_.begin(), order_.end(), 0u);
  objective_ = {.smoothing = config.fit.smoothing, .class_weights = class_weights(config.fit, input)};
  steps_per_epoch_ = std::max<uint64_t>(1, order_.size() / config.fit.batch);
}

Result<Fit> Training::run(const std::string& label, Progress& progress, Checkpoint* checkpoint) {
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
             .standardization = batches_.standardization(),
             .history = standing_.history,
             .best_epoch = standing_.best_epoch,
             .scales = tuned_.scales()};
}

bool Training::out_of_patience() const {
  const uint32_t patience = config_.fit.patience;
  return patience > 0 && standing_.epochs > 0 && standing_.epochs - 1 - standing_.best_epoch >= patience;
}

void Training::one_epoch(Progress& progress) {
  const uint32_t epoch = standing_.epochs++;
  Epoch record = learn(epoch);
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
void Training::exchange(Archive& archive) {
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

Result<void> Training::resume(Checkpoint& checkpoint, const Digest& identity) {
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
Epoch Training::learn(uint32_t epoch) {
  Random shuffle = Random::stream(config_.seed, stream::kShuffle + 16 * (uint64_t{epoch} + 1));
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
    const ShardedBatch& batch = batches_.changed(std::span(order_).subspan(first, count), epoch, workers_);
    const Loss loss = network_.train(batch, objective_, workers_);
    optimizer_->step(record.rate);
    // At first the average follows closely: it would carry the untrained weights along for long.
    const double young = static_cast<double>(1 + taken) / static_cast<double>(10 + taken);
    if (config_.fit.average > 0) mix_in(network_, std::min(config_.fit.average, young), standing_.average);
    total.sum += loss.sum, total.correct += loss.correct, total.count += loss.count;
  }
  record.loss = total.mean();
  record.accuracy = total.accuracy();
  return record;
}

Loss Training::validate() {
  constexpr size_t kAtOnce = 256;
  Loss total;
  for (size_t begin = 0; begin < input_.validation.size(); begin += kAtOnce) {
    const auto windows = input_.validation.subspan(begin, std::min(kAtOnce, input_.validation.size() - begin));
    const Loss loss = network_.evaluate(batches_.plain(windows), workers_);
    total.sum += loss.sum, total.correct += loss.correct, total.count += loss.count;
  }
  return total;
}

}  // namespace mote
