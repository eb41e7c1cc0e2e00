// The model compiler: passes, calibration, lowering, front end, plan, bytes, and the proof that the bytes are a model.
#include "quantize/compile.h"

#include <algorithm>
#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/baseline.h"
#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/front_end.h"
#include "quantize/calibrate/joined_ranges.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"
#include "quantize/pack/target_model.h"
#include "quantize/passes/passes.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

const std::string kWhere = "float graph";

Error problem(const std::string& what, const std::string& where = kWhere) {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = ""};
}

constexpr size_t kMostNameBytes = 63;  // docs/spec/model-format.md, M35 and M36

Result<void> check_names(const CompileInput& input) {
  for (const std::string& label : input.labels)
    if (label.empty() || label.size() > kMostNameBytes)
      return problem("the label '" + label + "' does not have 1 to " + std::to_string(kMostNameBytes) + " bytes");
  for (const ChannelInfo& channel : input.channels) {
    if ((channel.name + " mean").size() > kMostNameBytes || channel.unit.size() > kMostNameBytes)
      return problem("the name or the unit of channel '" + channel.name + "' is too long");
    if (!(channel.quantum > 0) || !std::isfinite(static_cast<float>(channel.quantum)))
      return problem("the quantum of channel '" + channel.name + "' is not above 0");
  }
  return {};
}

// That the graph can run in float.
Result<void> check_floats(const Graph& graph, const std::string& where) {
  TRY_DO(verify(graph, where));
  if (graph.nodes.empty()) return problem("it has no nodes", where);
  for (const ValueId input : graph.inputs)
    if (graph.values[input].type != Type::float32) return problem("its input is not float32", where);
  for (const Node& node : graph.nodes) {
    const Rules& rule = rules(node.op);
    if (rule.execute == nullptr) return problem(describe(graph, node) + ": there is no float arithmetic for it", where);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const Value& value = graph.values[node.inputs[i]];
      const bool indices = node.op == Op::gather && i == 1;
      if ((value.type == Type::float32) == indices) return problem(describe(graph, node) + ": its inputs are not float32", where);
      if (!value.constant && (indices || (i > 0 && rule.pack != nullptr)))
        return problem(describe(graph, node) + ": its weights, bias or indices are no constants", where);
    }
    if (graph.values[node.output].type != Type::float32)
      return problem(describe(graph, node) + ": its output is not float32", where);
  }
  return {};
}

Result<void> check(const CompileInput& input) {
  if (input.graph == nullptr) return problem("there is none");
  TRY_DO(check_floats(*input.graph, kWhere));
  const Shape& shape = input.graph->values[input.graph->input()].shape;
  if (input.graph->inputs.size() != 1 || input.graph->outputs.size() != 1)
    return problem("it does not have one input and output");
  if (shape[1] != 1) return problem("its input is no one-dimensional signal [1, 1, samples, channels]");
  TRY_DO(check_names(input));
  TRY_DO(check(input.standardization, kWhere));
  if (input.calibration.count == 0) return problem("there is no window to calibrate with");
  const uint64_t outputs = count_of(input.graph->values[input.graph->output()].shape);
  if (!input.labels.empty() && input.labels.size() != outputs)
    return problem("it has " + std::to_string(outputs) + " outputs for " + std::to_string(input.labels.size()) + " labels");
  return {};
}

// For the windows that there are; its features must be what the graph takes.
Result<FeatureExtractor> extractor_of(const CompileInput& input) {
  const Shape& shape = input.graph->values[input.graph->input()].shape;
  const auto channels = static_cast<uint32_t>(input.channels.size());
  const bool fits = input.standardization.mean.size() == shape[3] && input.standardization.deviation.size() == shape[3];
  if (!fits || channels == 0 || (!input.signal.any() && channels != shape[3]))
    return problem("it takes " + std::to_string(shape[3]) + " channels, the data has " +
                   std::to_string(input.signal.any() ? input.standardization.mean.size() : channels));
  const auto samples = static_cast<uint32_t>(input.calibration.window(0).size() / channels);
  TRY(FeatureExtractor extractor, FeatureExtractor::make(input.signal, samples, channels, kWhere));
  if (extractor.shape() != shape)
    return problem("it takes " + std::to_string(shape[2]) + " places of " + std::to_string(shape[3]) + ", there are " +
                   std::to_string(extractor.shape()[2]) + " of " + std::to_string(extractor.shape()[3]));
  return extractor;
}

FloatWindows standardized(const CompileInput& input, const FeatureExtractor& extractor) {
  return {.count = input.calibration.count, .window = [&](uint32_t index, std::span<float> window) {
            std::vector<int16_t> features(window.size());
            extractor.extract(input.calibration.window(index), features);
            standardize(input.standardization, features, window);
          }};
}

// `take(index, input)` fills the model's inputs with one of `count` windows.
template <typename Take>
SelfTests record_self_tests(LoadedModel& model, uint32_t count, uint32_t wanted, Take take) {
  SelfTests tests;
  tests.count = std::min(wanted, count);
  Bytes input(model.input_bytes()), output(model.output_bytes());
  for (uint32_t i = 0; i < tests.count; ++i) {
    take(static_cast<uint32_t>(uint64_t{i} * count / tests.count), input);
    model.run(input, output);
    append(tests.inputs, input);
    append(tests.outputs, output);
  }
  return tests;
}

std::span<int8_t> as_int8(Bytes& bytes) { return {reinterpret_cast<int8_t*>(bytes.data()), bytes.size()}; }

// Float inputs, one after the other, in the scales of the graph's.
void quantize_inputs(const Graph& graph, std::span<const float> floats, Bytes& bytes) {
  size_t at = 0;
  for (const ValueId id : graph.inputs) {
    const Quantization& quantization = graph.values[id].quantization;
    for (uint64_t i = 0; i < count_of(graph.values[id].shape); ++i, ++at)
      bytes[at] =
          static_cast<uint8_t>(quantize_value(static_cast<double>(floats[at]), {quantization.scale[0], quantization.zero_point}));
  }
}

// How many a model carries when nobody says: they prove a device, and cost it flash.
uint32_t few_self_tests(const LoadedModel& model) {
  constexpr uint32_t kMost = 4, kMostBytes = 8192;
  return std::clamp(kMostBytes / (model.input_bytes() + model.output_bytes()), 1u, kMost);
}

// What the finished model must answer before it leaves the compiler.
Result<void> prove(const Bytes& bytes) {
  TRY(LoadedModel model, LoadedModel::open(bytes, "the compiled model"));
  if (!model.self_test_passes())
    return Error{.cause = Cause::failed,
                 .what = "its self-test gives other outputs than were recorded",
                 .where = "the compiled model",
                 .todo = "please report this"};
  return {};
}

// A float graph after the passes, what its values look like, and what it becomes.
struct Quantized {
  Graph float_graph;
  Calibration calibration;
  Lowered lowered;
};

Result<Quantized> quantize(const Graph& graph, const FloatWindows& windows, const std::string& where, Progress& progress) {
  Quantized quantized{.float_graph = graph, .calibration = {}, .lowered = {}};
  TRY_DO(run_passes(quantized.float_graph, where));
  quantized.calibration = calibrate(quantized.float_graph, windows, progress);
  TRY_DO(check_seen(quantized.float_graph, quantized.calibration, where));
  join_ranges(quantized.float_graph, quantized.calibration);
  TRY(quantized.lowered, lower(quantized.float_graph, quantized.calibration, where));
  return quantized;
}

// `run(model, index)` runs the int8 model on the window of that index.
Result<std::vector<LayerReport>> report(const Quantized& quantized, const Graph& graph, const FloatWindows& windows,
                                        const std::function<void(LoadedModel&, uint32_t)>& run, Progress& progress) {
  return report_layers({quantized.float_graph, graph, quantized.lowered.made, quantized.calibration, windows, run}, progress);
}

}  // namespace

Result<Compiled> compile(const CompileInput& input, Progress& progress) {
  TRY_DO(check(input));
  TRY(const FeatureExtractor extractor, extractor_of(input));
  const FloatWindows windows = standardized(input, extractor);
  TRY(const Quantized quantized, quantize(*input.graph, windows, kWhere, progress));
  Graph graph = quantized.lowered.graph;
  TRY_DO(add_front_end(graph, extractor, input.standardization, kWhere));
  TRY_DO(verify(graph, "the int8 graph"));
  TRY_DO(check_size(graph, kWhere));

  Compiled compiled;
  const auto run = [&](LoadedModel& model, uint32_t index) {
    std::vector<int8_t> output(model.output().count);
    model.run_raw(input.calibration.window(index), {}, output);
  };
  TRY(compiled.layers, report(quantized, graph, windows, run, progress));

  // Written twice: the first model, without them, measures the baseline and the self-tests of the second.
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_arena(records);
  ModelParts parts{.graph = graph, .records = records, .plan = plan, .labels = input.labels, .baseline = {}, .self_tests = {}};
  TRY(LoadedModel model, LoadedModel::open(write_model(parts), "the compiled model"));
  if (input.reference.count != 0)
    parts.baseline = measure_baseline(model, input.reference, extractor.statistics(input.channels), progress);
  const Samples& tested = input.reference.count != 0 ? input.reference : input.calibration;
  if (input.self_tests != 0)
    parts.self_tests = record_self_tests(model, tested.count, input.self_tests, [&](uint32_t index, Bytes& bytes) {
      model.front_end(tested.window(index), {}, as_int8(bytes));
    });
  compiled.model = write_model(parts);
  compiled.model_id = model_id(graph_section(records), weights_section(graph));
  compiled.arena_bytes = plan.arena_bytes;
  TRY_DO(prove(compiled.model));
  return compiled;
}

Result<Compiled> compile(const TensorsInput& input, Progress& progress) {
  if (input.graph == nullptr) return problem("there is no graph", input.where);
  TRY_DO(check_floats(*input.graph, input.where));
  if (input.calibration.count == 0) return problem("there is no input to calibrate with", input.where);
  TRY(const Quantized quantized, quantize(*input.graph, input.calibration, input.where, progress));
  Graph graph = quantized.lowered.graph;
  graph.rounding = input.options.rounding;
  std::vector<float> floats(input_count(*input.graph));
  const auto take = [&](uint32_t index, Bytes& bytes) {
    input.calibration.window(index, floats);
    quantize_inputs(graph, floats, bytes);
  };
  const auto run = [&](LoadedModel& model, uint32_t index) {
    Bytes bytes(model.input_bytes()), output(model.output_bytes());
    take(index, bytes);
    model.run(bytes, output);
  };

  Compiled compiled;
  TRY(const TargetModel made, TargetModel::plan(input.options, graph, input.where));
  TRY(compiled.layers, report(quantized, graph, input.calibration, run, progress));
  TRY(LoadedModel model, LoadedModel::open(made.write(), "the compiled model"));
  const uint32_t wanted = input.self_tests == kFewSelfTests ? few_self_tests(model) : input.self_tests;
  std::optional<SelfTests> tests;
  if (wanted != 0) tests = record_self_tests(model, input.calibration.count, wanted, take);
  compiled.model = made.write(tests);
  compiled.model_id = made.id();
  compiled.arena_bytes = made.arena_bytes();
  TRY_DO(prove(compiled.model));
  return compiled;
}

}  // namespace mote
