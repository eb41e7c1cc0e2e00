// Reads a training's configuration.
#include "host/train/config.h"

#include "base/toml.h"
#include "host/train/layer_table.h"
#include "host/train/presets.h"

namespace mote {
namespace {

QuantizedTraining read_quantized(Toml table) {
  QuantizedTraining quantized;
  quantized.aware = table.flag("quantization_aware", false);
  quantized.keep_scales = table.flag("keep_scales", false);
  quantized.weight_bits = static_cast<uint32_t>(table.integer("weight_bits", 8, 4, 8));
  if (quantized.weight_bits != 4 && quantized.weight_bits != 8) table.refuse("weight_bits", "is neither 4 nor 8");
  if (table.has("weight_bits") && (!quantized.aware || quantized.keep_scales))
    table.refuse("weight_bits", "is for quantization_aware = true without keep_scales, which keeps those of the model");
  return quantized;
}

FitConfig read_fit(Toml table, bool reconstructs, uint64_t& seed) {
  FitConfig fit;
  fit.epochs = static_cast<uint32_t>(table.integer("epochs", fit.epochs, 1, 100000));
  fit.batch = static_cast<uint32_t>(table.integer("batch", fit.batch, 2, 65536));
  fit.rate = table.number("rate", fit.rate, 1e-8, 10);
  fit.warmup = table.number("warmup", fit.warmup, 0, 1000);
  fit.decay = table.number("decay", fit.decay, 0, 10);
  fit.patience = static_cast<uint32_t>(table.integer("patience", fit.patience, 0, 100000));
  fit.smoothing = table.number("smoothing", fit.smoothing, 0, 0.9);
  fit.average = table.number("average", fit.average, 0, 0.99999);
  const std::string goal = table.text("goal", reconstructs ? "reconstruct" : "classify");
  if (goal != "classify" && goal != "reconstruct") table.refuse("goal", "is neither \"classify\" nor \"reconstruct\"");
  if (reconstructs && goal != "reconstruct") table.refuse("goal", "is not what the preset \"autoencoder\" is for");
  fit.goal = goal == "reconstruct" ? Goal::reconstruct : Goal::classify;
  const std::string optimizer = table.text("optimizer", "adam");
  if (optimizer != "adam" && optimizer != "sgd") table.refuse("optimizer", "is neither \"adam\" nor \"sgd\"");
  fit.optimizer = optimizer == "sgd" ? OptimizerKind::sgd : OptimizerKind::adam;
  fit.momentum = table.number("momentum", fit.momentum, 0, 0.9999);
  fit.balanced = table.flag("balanced", false);
  fit.class_weights = table.numbers("class_weights", {});
  for (const double weight : fit.class_weights)
    if (!(weight > 0 && weight <= 1000)) table.refuse("class_weights", "holds a weight outside 0 to 1000");
  if (fit.balanced && !fit.class_weights.empty()) table.refuse("balanced", "stands beside class_weights");
  fit.quantized = read_quantized(table);
  seed = static_cast<uint64_t>(table.integer("seed", 1, 0, INT64_MAX));
  return fit;
}

FeatureConfig read_features(Toml table) {
  FeatureConfig features;
  const std::string kind = table.text("kind", "none");
  if (!find_signal_kind(kind, &features.kind))
    table.refuse("kind", "is none of \"none\", \"log_mel\", \"mfcc\" and \"spectral\"");
  if (features.kind == SignalKind::none) return features;
  const bool framed = features.kind != SignalKind::spectral;
  if (framed) {
    features.frame_ms = table.number("frame_ms", features.frame_ms, 0.01, 10000);
    features.hop_ms = table.number("hop_ms", features.hop_ms, 0.01, 10000);
    features.image = table.flag("image", false);
  } else {
    features.fft = 64;
    features.bands = 8;
    features.low_hz = 0;
  }
  if (table.has("fft")) features.fft = static_cast<uint32_t>(table.integer("fft", 512, 64, 1024));
  features.bands = static_cast<uint32_t>(table.integer("bands", features.bands, 1, 512));
  if (features.kind == SignalKind::mfcc)
    features.coefficients = static_cast<uint32_t>(table.integer("coefficients", features.coefficients, 1, 512));
  features.low_hz = table.number("low_hz", features.low_hz, 0, 1e9);
  features.high_hz = table.number("high_hz", features.high_hz, 0, 1e9);
  features.floor_rms = table.number("floor_rms", features.floor_rms, 1e-3, 32767);
  return features;
}

AugmentConfig read_augment(Toml table) {
  AugmentConfig augment;
  augment.rotate_channels = table.texts("rotate_channels", {});
  augment.rotate_degrees = table.number("rotate_degrees", 0, 0, 180);
  augment.gain = table.number("gain", 0, 0, 1);
  augment.offset = table.number("offset", 0, 0, 10);
  augment.noise = table.number("noise", 0, 0, 10);
  augment.shift = static_cast<uint32_t>(table.integer("shift", 0, 0, 65536));
  augment.scale = table.number("scale", 0, 0, 1);
  augment.stretch = table.number("stretch", 0, 0, 1);
  augment.hide_samples = static_cast<uint32_t>(table.integer("hide_samples", 0, 0, 65536));
  augment.hide_channels = static_cast<uint32_t>(table.integer("hide_channels", 0, 0, 65536));
  augment.turn_degrees = table.number("turn_degrees", 0, 0, 180);
  augment.zoom = table.number("zoom", 0, 0, 1);
  augment.move = table.number("move", 0, 0, 1000);
  augment.background = table.text("background", "");
  augment.background_gain = table.number("background_gain", augment.background_gain, 0, 10);
  augment.mixup = table.number("mixup", 0, 0, 1);
  return augment;
}

void read_preset(Toml table, TrainConfig& config) {
  config.preset = table.text("preset", "");
  config.width = table.number("width", 1, 0.05, 8);
  if (config.preset.empty() ? table.has("width") : !is_preset(config.preset))
    table.refuse(table.has("preset") ? "preset" : "width", "needs a preset; there are: " + preset_names());
}

}  // namespace

Result<TrainConfig> parse_train_config(std::string_view text, const std::string& where) {
  TRY(Toml toml, parse_toml(text, where));
  TrainConfig config;
  config.text = text;
  config.where = where;
  config.data = read_data_config(toml.table("data"));
  config.split = read_split_config(toml.table("split"));
  config.features = read_features(toml.table("features"));
  config.augment = read_augment(toml.table("augment"));
  read_preset(toml.table("model"), config);
  config.fit = read_fit(toml.table("train"), config.preset == "autoencoder", config.seed);
  config.quantize = read_quantize_options(toml.table("quantize"));
  config.layers = read_layers(toml);
  TRY_DO(toml.finish());
  if (config.layers.empty() == config.preset.empty()) {
    return Error{.cause = Cause::usage,
                 .what = config.layers.empty() ? "has no [[layer]]" : "has both a preset and [[layer]]",
                 .where = where,
                 .todo = "see docs/training.md"};
  }
  return config;
}

}  // namespace mote
