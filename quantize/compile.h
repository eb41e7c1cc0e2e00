// From a trained float graph to the bytes of a .mote file.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "base/sha256.h"
#include "device/model/container.h"
#include "quantize/calibrate/calibration.h"
#include "quantize/calibrate/fixed_scales.h"
#include "quantize/calibrate/options.h"
#include "quantize/graph/graph.h"
#include "quantize/pack/target_model.h"
#include "quantize/signal/front_end.h"

namespace mote {

// Raw int16 windows, [samples][channels] each, wherever they come from.
struct Samples {
  uint32_t count = 0;
  std::function<std::span<const int16_t>(uint32_t index)> window;
};

// How raw samples, or the features that a signal front end makes of them, become the float graph's input: (raw - mean[c]) /
// deviation[c], both in their own quanta, from the training part only.
struct Standardization {
  std::vector<double> mean, deviation;
};

// Of the softmax that a model ends in (quantize/calibrate/temperature.h).
struct TemperatureChoice {
  enum class Kind { off, value, fitted } kind = Kind::off;  // fitted: on `reference`, with its labels
  double value = 1;
};

struct ReportInput;  // quantize/calibrate/layer_report.h
// Is shown the float and the int8 graph once both are there, where it is set: see explain().
using LookAtLayers = std::function<Result<void>(const ReportInput&)>;

struct CompileInput {
  const Graph* graph = nullptr;  // float; input [1, 1, samples, channels], or the shape of the signal front end's features
  Standardization standardization;
  SignalFrontEnd signal;
  std::vector<ChannelInfo> channels;  // of the raw samples
  std::vector<std::string> labels;
  Samples calibration;      // of the training part: activation ranges
  Samples reference;        // of held-out groups: the drift baseline; without any, the model has none
  uint32_t self_tests = 4;  // vectors, spread over `reference`
  FixedScales scales;       // that go before those that calibration would choose
  QuantizeOptions quantize;
  TemperatureChoice temperature;
  std::span<const uint32_t> reference_labels;  // for a fitted temperature: the class of each window
  LookAtLayers look_at_layers;
};

constexpr uint32_t kFewSelfTests = ~0u;

// A float graph of any inputs and outputs that takes its tensors as they are: no front end, labels or baseline.
struct TensorsInput {
  const Graph* graph = nullptr;
  FloatWindows calibration;  // tensors as the graph takes them
  TargetOptions options;
  // Vectors, spread over `calibration`; kFewSelfTests: up to 4 that take no more than 8 KiB together, but at least one.
  uint32_t self_tests = kFewSelfTests;
  std::string where;  // for errors
  QuantizeOptions quantize = {};
  FixedScales scales = {};  // that go before those that calibration would choose
  LookAtLayers look_at_layers = {};
};

// One line of the quantization report.
struct LayerReport {
  std::string name, operation;
  float low = 0, high = 0;  // the float range over the calibration windows
  float scale = 0;          // of the output
  int32_t zero_point = 0;
  double sqnr_db = 0;  // signal to quantization noise of the output against the float graph, at most 200 windows
  uint32_t weight_bits = 0, weight_bytes = 0;  // 0: it has none
  std::optional<double> loss_at_4_bits;        // where a budget had it measured (quantize/calibrate/mixed_precision.h)
};

struct Temperature {
  double value = 1, fitted = 1;      // in the model, and before it was bounded so that no answer changes
  double loss_before = 0, loss = 0;  // negative log likelihood on the reference windows; 0 without their labels
};

struct Compiled {
  Bytes model;  // the .mote file
  Graph graph;  // what it holds, front end included, with the names of the float graph
  Digest model_id{};
  uint32_t arena_bytes = 0;
  std::vector<LayerReport> layers;
  QuantizeOptions quantize;                // what was asked for
  std::vector<std::string> notes;          // what the steps say of themselves
  std::optional<Temperature> temperature;  // none: softmax as it is
};

Result<Compiled> compile(const CompileInput& input, Progress& progress);
Result<Compiled> compile(const TensorsInput& input, Progress& progress);

// The float graph on its inputs, one after the other; the same arithmetic that calibration uses. The first output.
std::vector<float> execute(const Graph& graph, std::span<const float> inputs);

}  // namespace mote
