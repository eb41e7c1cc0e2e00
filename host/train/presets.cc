// The presets: small networks of the literature, and of the MLPerf Tiny benchmark.
#include "host/train/presets.h"

#include <algorithm>
#include <cmath>

#include "host/train/layer_list.h"

namespace mote {
namespace {

const Follows kNormRelu = {.norm = true, .activation = "relu"};

// Layers for a shape; a filter of an image is square, that of a signal is one sample high.
class Preset {
 public:
  explicit Preset(const PresetInput& input) : input_(input), samples_(input.shape[2]) {}

  size_t conv(uint32_t filters, uint32_t kernel, uint32_t stride, const Follows& follows = kNormRelu,
              std::vector<size_t> from = {}) {
    return list_.add(sweep(LayerKind::conv, filters, kernel, stride, std::move(from)), follows);
  }
  size_t separable(uint32_t filters, uint32_t kernel, uint32_t stride) {
    return list_.add_separable(sweep(LayerKind::conv, filters, kernel, stride, {}), kNormRelu);
  }
  size_t add(std::vector<size_t> from) {
    LayerConfig layer = named(LayerKind::add, "add");
    layer.from = std::move(from);
    return list_.add(std::move(layer), {.activation = "relu"});
  }
  void dense(uint32_t units, const Follows& follows) {
    LayerConfig layer = named(LayerKind::dense, "dense");
    layer.filters = scaled(units);
    list_.add(std::move(layer), follows);
  }
  void mean() { list_.add(named(LayerKind::global_average_pool, "mean"), {}); }
  void dropout(double rate) {
    LayerConfig layer = named(LayerKind::dropout, "dropout");
    layer.rate = rate;
    list_.add(std::move(layer), {});
  }
  std::vector<LayerConfig> end(uint64_t values) {
    LayerConfig layer = named(LayerKind::dense, "scores");
    layer.filters = static_cast<uint32_t>(values);
    list_.add(std::move(layer), {});
    return list_.take();
  }

  const PresetInput& input() const { return input_; }
  uint32_t samples() const { return samples_; }  // that are left along the width

 private:
  uint32_t scaled(uint32_t filters) const { return static_cast<uint32_t>(std::max(1.0, std::round(filters * input_.width))); }
  LayerConfig named(LayerKind kind, const char* name) {
    return {.kind = kind, .name = name + std::to_string(++count_), .where = "preset"};
  }
  LayerConfig sweep(LayerKind kind, uint32_t filters, uint32_t kernel, uint32_t stride, std::vector<size_t> from) {
    LayerConfig layer = named(kind, "conv");
    layer.filters = scaled(filters);
    layer.filter_width = kernel;
    layer.filter_height = input_.shape[1] == 1 ? 1 : kernel;
    layer.stride = stride;
    if (from.empty()) samples_ = (samples_ + stride - 1) / stride;
    layer.from = std::move(from);
    return layer;
  }

  PresetInput input_;
  LayerList list_;
  uint32_t samples_, count_ = 0;
};

std::vector<LayerConfig> mlp(Preset net) {
  net.dense(64, kNormRelu);
  net.dense(32, kNormRelu);
  net.dropout(0.2);
  return net.end(net.input().classes);
}

// Three strided convolutions, and more of them while a long window leaves more than 64 samples.
std::vector<LayerConfig> cnn1d(Preset net) {
  net.conv(24, 9, 2);
  net.conv(32, 5, 2);
  do net.conv(48, 5, 2);
  while (net.samples() > 64);
  net.mean();
  net.dropout(0.3);
  return net.end(net.input().classes);
}

// Zhang, Suda, Lai, Chandra 2017, "Hello Edge: Keyword Spotting on Microcontrollers".
std::vector<LayerConfig> ds_cnn(Preset net) {
  // Of a long waveform the first filter takes 20 ms at 16 kHz, and a sixteenth of the samples is left.
  const bool waveform = net.input().shape[1] == 1 && net.samples() > 1024;
  net.conv(64, waveform ? 320 : net.input().shape[1] == 1 ? 10 : 5, waveform ? 64 : 2);
  for (int block = 0; block < 4; ++block) net.separable(64, 3, 1);
  net.mean();
  net.dropout(0.2);
  return net.end(net.input().classes);
}

// The ResNet of MLPerf Tiny's image classification (Banbury et al. 2021), after He et al. 2015.
std::vector<LayerConfig> resnet8(Preset net) {
  size_t from = net.conv(16, 3, 1);
  for (const uint32_t filters : {16u, 32u, 64u}) {
    const uint32_t stride = filters == 16 ? 1 : 2;
    net.conv(filters, 3, stride);
    const size_t branch = net.conv(filters, 3, 1, {.norm = true});
    const size_t shortcut = stride == 1 ? from : net.conv(filters, 1, stride, {.norm = true}, {from});
    from = net.add({branch, shortcut});
  }
  net.mean();
  return net.end(net.input().classes);
}

// Howard et al. 2017, version 1 at a quarter of its width.
std::vector<LayerConfig> mobilenet(Preset net) {
  net.conv(8, 3, 2);
  const std::pair<uint32_t, uint32_t> blocks[] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                                                  {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
  for (const auto& [filters, stride] : blocks) net.separable(filters, 3, stride);
  net.mean();
  net.dropout(0.2);
  return net.end(net.input().classes);
}

// The dense autoencoder of MLPerf Tiny's anomaly detection, after Koizumi et al. 2020.
std::vector<LayerConfig> autoencoder(Preset net) {
  for (int layer = 0; layer < 2; ++layer) net.dense(128, kNormRelu);
  net.dense(8, kNormRelu);
  for (int layer = 0; layer < 2; ++layer) net.dense(128, kNormRelu);
  return net.end(count_of(net.input().shape));
}

struct Row {
  const char* name;
  std::vector<LayerConfig> (*make)(Preset);
};
constexpr Row kPresets[] = {{"mlp", mlp},
                            {"cnn1d", cnn1d},
                            {"ds-cnn", ds_cnn},
                            {"resnet8", resnet8},
                            {"mobilenet-0.25", mobilenet},
                            {"autoencoder", autoencoder}};

}  // namespace

bool is_preset(const std::string& name) {
  return std::any_of(std::begin(kPresets), std::end(kPresets), [&](const Row& row) { return row.name == name; });
}

std::string preset_names() {
  std::string names;
  for (const Row& row : kPresets) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

std::vector<LayerConfig> preset(const std::string& name, const PresetInput& input) {
  for (const Row& row : kPresets)
    if (row.name == name) return row.make(Preset(input));
  return {};
}

std::vector<LayerConfig> layers_of(const TrainConfig& config, const Shape& shape, uint32_t classes) {
  if (config.preset.empty()) return config.layers;
  return preset(config.preset, {.shape = shape, .classes = classes, .width = config.width});
}

}  // namespace mote
