// A training's configuration, as written in TOML (docs/training.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/data/source.h"
#include "host/data/split.h"
#include "quantize/calibrate/options.h"
#include "quantize/signal/front_end.h"

namespace mote {

enum class LayerKind {
  conv,
  depthwise_conv,
  dense,
  batch_norm,
  relu,
  relu6,
  max_pool,
  global_average_pool,
  dropout,
  add,
  concat
};

struct LayerConfig {
  LayerKind kind = LayerKind::conv;
  std::string name;
  std::string where;                             // "mote.toml:31"
  uint32_t filters = 0;                          // conv; dense: units
  uint32_t filter_height = 1, filter_width = 1;  // conv, depthwise_conv, max_pool
  uint32_t stride = 1;
  bool same = true;  // padding
  bool bias = true;
  double rate = 0;                // dropout
  std::vector<size_t> from = {};  // places of the layers that it reads; empty: the one before it
};

constexpr size_t kNetworkInput = ~size_t{0};  // in LayerConfig::from

// Changes to the training windows, drawn anew each time a window is used. All are off by default.
struct AugmentConfig {
  std::vector<std::string> rotate_channels;      // axes of sensors, three by three
  double rotate_degrees = 0;                     // standard deviation of a turn about a random axis
  double gain = 0;                               // each channel times 1 + gain * normal
  double offset = 0;                             // each channel plus offset * normal, in its standard deviations
  double noise = 0;                              // each value plus noise * normal, in its channel's standard deviations
  uint32_t shift = 0;                            // at most so many samples either way, around the end
  double scale = 0;                              // all channels together times 1 + scale * normal
  double stretch = 0;                            // speed times exp(stretch * normal)
  uint32_t hide_samples = 0, hide_channels = 0;  // at most so many, side by side, become the mean
  double turn_degrees = 0, zoom = 0, move = 0;   // of pictures; see PictureChange
  std::string background;                        // class whose windows are laid over the others
  double background_gain = 0.3;                  // at most so loud
  double mixup = 0;                              // alpha; 0: windows are not mixed
  bool changes_samples() const {                 // before features are made of them
    return rotate_degrees > 0 || gain > 0 || shift > 0 || scale > 0 || stretch > 0 || !background.empty();
  }
  bool any() const {
    return rotate_degrees > 0 || gain > 0 || offset > 0 || noise > 0 || shift > 0 || scale > 0 || stretch > 0 ||
           hide_samples > 0 || hide_channels > 0 || turn_degrees > 0 || zoom > 0 || move > 0 || !background.empty();
  }
};

// The signal front end: what the model computes of a raw window before its network sees it.
struct FeatureConfig {
  SignalKind kind = SignalKind::none;
  double frame_ms = 30, hop_ms = 20;
  uint32_t fft = 0;  // points; 0: the least power of two that holds a frame
  uint32_t bands = 40, coefficients = 10;
  double low_hz = 20, high_hz = 0;  // 0: just below half the sample rate
  double floor_rms = 1;
  bool image = false;  // the network sees one channel of frames by features, not a signal with a channel per feature
};

enum class Goal { classify, reconstruct };
enum class OptimizerKind { adam, sgd };

// What of the int8 model a training simulates; it then starts from another run.
struct QuantizedTraining {
  bool aware = false;        // weights and activations on grids whose scales are learned
  uint32_t weight_bits = 8;  // or 4
  bool keep_scales = false;  // on the grids of the parent's model, so that only weights and biases change
  bool any() const { return aware || keep_scales; }
};

struct FitConfig {
  uint32_t epochs = 40;
  uint32_t batch = 64;
  double rate = 0.003;    // highest learning rate
  double warmup = 1;      // epochs of a linear rise to it; then it falls as half a cosine wave
  double decay = 0.01;    // decoupled weight decay (AdamW)
  uint32_t patience = 0;  // epochs without a better validation before it stops; 0: never before the end
  double smoothing = 0;   // of the labels
  double average = 0;     // factor of the exponential average of weights that is kept; 0: the weights themselves
  Goal goal = Goal::classify;
  OptimizerKind optimizer = OptimizerKind::adam;
  double momentum = 0.9;              // of "sgd"
  bool balanced = false;              // class weights from the training windows
  std::vector<double> class_weights;  // in the order of the classes; empty: all 1
  QuantizedTraining quantized;
};

struct TrainConfig {
  std::string text;   // the whole document as it was written: what run.json keeps
  std::string where;  // its name in errors
  DataConfig data;
  SplitConfig split;
  FeatureConfig features;
  AugmentConfig augment;
  FitConfig fit;
  std::string preset;  // empty: the layers are written out
  double width = 1;    // of the preset
  std::vector<LayerConfig> layers;
  uint64_t seed = 1;
  QuantizeOptions quantize;
};

Result<TrainConfig> parse_train_config(std::string_view text, const std::string& where);

}  // namespace mote
