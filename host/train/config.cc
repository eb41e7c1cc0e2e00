// Reads a training's configuration.
#include "host/train/config.h"

#include <array>

#include "base/toml.h"

namespace mote {
namespace {

struct KindName {
  const char* name;
  LayerKind kind;
};

constexpr KindName kKinds[] = {
    {"conv", LayerKind::conv},         {"depthwise_conv", LayerKind::depthwise_conv},
    {"dense", LayerKind::dense},       {"batch_norm", LayerKind::batch_norm},
    {"relu", LayerKind::relu},         {"relu6", LayerKind::relu6},
    {"max_pool", LayerKind::max_pool}, {"global_average_pool", LayerKind::global_average_pool},
    {"dropout", LayerKind::dropout},
};

constexpr int64_t kLargestFilter = 1024;

// "kernel" is the filter's width; "kernel_height" is for images.
void read_sweep(Toml& table, LayerConfig& layer) {
  layer.filter_width = static_cast<uint32_t>(table.required_integer("kernel", 1, kLargestFilter));
  layer.filter_height = static_cast<uint32_t>(table.integer("kernel_height", 1, 1, kLargestFilter));
  const std::string padding = table.text("padding", layer.kind == LayerKind::max_pool ? "valid" : "same");
  if (padding != "same" && padding != "valid") table.refuse("padding", "is neither \"same\" nor \"valid\"");
  layer.same = padding == "same";
  const int64_t stride = layer.kind == LayerKind::max_pool ? layer.filter_width : 1;
  layer.stride = static_cast<uint32_t>(table.integer("stride", stride, 1, kLargestFilter));
}

// batch_norm = true and activation = "relu" stand for layers that follow at once.
void add_followers(Toml& table, LayerConfig& layer, std::vector<LayerConfig>& layers) {
  const bool normed = table.flag("batch_norm", false);
  const std::string activation = table.text("activation", "none");
  if (activation != "none" && activation != "relu" && activation != "relu6")
    table.refuse("activation", "is none of \"none\", \"relu\", \"relu6\"");
  layer.bias = !normed;
  layers.push_back(layer);
  if (normed) layers.push_back({.kind = LayerKind::batch_norm, .name = layer.name + ".norm", .where = layer.where});
  if (activation == "none") return;
  const LayerKind kind = activation == "relu6" ? LayerKind::relu6 : LayerKind::relu;
  layers.push_back({.kind = kind, .name = layer.name + "." + activation, .where = layer.where});
}

void read_layer(Toml& table, size_t place, std::vector<LayerConfig>& layers) {
  LayerConfig layer;
  const std::string kind = table.required_text("kind");
  layer.where = table.where("kind");
  layer.name = table.text("name", kind + std::to_string(place + 1));
  const KindName* found = nullptr;
  std::string known;
  for (const KindName& candidate : kKinds) {
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
    if (kind == candidate.name) found = &candidate;
  }
  if (found == nullptr) return table.refuse("kind", "'" + kind + "' is no layer; there are: " + known);
  layer.kind = found->kind;
  switch (layer.kind) {
    case LayerKind::conv:
      layer.filters = static_cast<uint32_t>(table.required_integer("filters", 1, 4096));
      [[fallthrough]];
    case LayerKind::depthwise_conv:
      read_sweep(table, layer);
      return add_followers(table, layer, layers);
    case LayerKind::dense:
      layer.filters = static_cast<uint32_t>(table.required_integer("units", 1, 4096));
      return add_followers(table, layer, layers);
    case LayerKind::max_pool:
      read_sweep(table, layer);
      break;
    case LayerKind::dropout:
      layer.rate = table.required_number("rate", 0, 0.95);
      break;
    default:
      break;
  }
  layers.push_back(layer);
}

FitConfig read_fit(Toml table, uint64_t& seed) {
  FitConfig fit;
  fit.epochs = static_cast<uint32_t>(table.integer("epochs", fit.epochs, 1, 100000));
  fit.batch = static_cast<uint32_t>(table.integer("batch", fit.batch, 2, 65536));
  fit.rate = table.number("rate", fit.rate, 1e-8, 10);
  fit.warmup = table.number("warmup", fit.warmup, 0, 1000);
  fit.decay = table.number("decay", fit.decay, 0, 10);
  fit.patience = static_cast<uint32_t>(table.integer("patience", fit.patience, 0, 100000));
  fit.smoothing = table.number("smoothing", fit.smoothing, 0, 0.9);
  fit.average = table.number("average", fit.average, 0, 0.99999);
  seed = static_cast<uint64_t>(table.integer("seed", 1, 0, INT64_MAX));
  return fit;
}

AugmentConfig read_augment(Toml table) {
  AugmentConfig augment;
  augment.rotate_channels = table.texts("rotate_channels", {});
  augment.rotate_degrees = table.number("rotate_degrees", 0, 0, 180);
  augment.gain = table.number("gain", 0, 0, 1);
  augment.offset = table.number("offset", 0, 0, 10);
  augment.noise = table.number("noise", 0, 0, 10);
  augment.shift = static_cast<uint32_t>(table.integer("shift", 0, 0, 65536));
  return augment;
}

}  // namespace

Result<TrainConfig> parse_train_config(std::string_view text, const std::string& where) {
  TRY(Toml toml, parse_toml(text, where));
  TrainConfig config;
  config.text = text;
  config.where = where;
  config.data = read_data_config(toml.table("data"));
  config.split = read_split_config(toml.table("split"));
  config.augment = read_augment(toml.table("augment"));
  config.fit = read_fit(toml.table("train"), config.seed);
  size_t place = 0;
  for (Toml& table : toml.tables("layer")) read_layer(table, place++, config.layers);
  TRY_DO(toml.finish());
  if (config.layers.empty()) {
    return Error{.cause = Cause::usage, .what = "has no [[layer]]", .where = where, .todo = "see docs/training.md"};
  }
  return config;
}

}  // namespace mote
