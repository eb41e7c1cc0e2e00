// The model compiler: passes, calibration, lowering, front end, plan, bytes, and the proof that the bytes are a model.
#include "quantize/compile.h"

#include <algorithm>
#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/baseline.h"
#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/front_end.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/calibrate/quantized.h"
#include "quantize/calibrate/spread_model.h"
#include "quantize/calibrate/temperature.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"
#include "quantize/pack/target_model.h"
#include "quantize/plan/plan.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/model.h"
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

// What no file of this size may be.
Result<void> check_budget(const Compiled& compiled, const QuantizeOptions& options, const std::string& where) {
  if (options.flash_bytes == 0 || compiled.model.size() <= options.flash_bytes) return {};
  return Error{.cause = Cause::failed,
               .what = "takes " + std::to_string(compiled.model.size()) + " bytes, more than the budget of " +
                       std::to_string(options.flash_bytes),
               .where = where,
               .todo = "give it more with --flash-budget, or make the model smaller"};
}

// As many self-tests as there will be, of the same size.
SelfTests blank_self_tests(const LoadedModel& model, uint32_t count) {
  return {.count = count,
          .inputs = Bytes(size_t{count} * model.input_bytes()),
          .outputs = Bytes(size_t{count} * model.output_bytes())};
}

// The logits of the reference windows, as the int8 model computes them.
Result<std::vector<double>> reference_logits(const Graph& graph, ValueId logits, const Samples& reference) {
  TRY(SpreadModel spread, SpreadModel::open(graph, "the model's logits"));
  const Quantization& quantization = graph.values[logits].quantization;
  const auto classes = static_cast<size_t>(count_of(graph.values[logits].shape));
  std::vector<int8_t> output(spread.model.output().count);
  std::vector<double> result;
  for (uint32_t i = 0; i < reference.count; ++i) {
    spread.model.run_raw(reference.window(i), {}, output);
    const int8_t* values = spread.values<int8_t>(logits);
    for (size_t c = 0; c < classes; ++c)
      result.push_back(static_cast<double>(quantization.scale[0]) * (values[c] - quantization.zero_point));
  }
  return result;
}

Result<void> check_labels(const CompileInput& input) {
  if (input.reference_labels.empty() || input.reference_labels.size() != input.reference.count)
    return Error{.cause = Cause::usage,
                 .what = "the classes of its reference windows are not known, so that no temperature can be fitted",
                 .where = "the run",
                 .todo = "train it again, or give the number with --temperature VALUE"};
  return {};
}

// Sets the temperature that was asked for.
Result<std::optional<Temperature>> choose_temperature(const CompileInput& input, Graph& graph) {
  using Kind = TemperatureChoice::Kind;
  if (input.temperature.kind == Kind::off) return std::optional<Temperature>();
  if (input.quantize.activations == Activations::int16)
    return Error{.cause = Cause::usage,
                 .what = "a softmax on int16 activations keeps no temperature",
                 .where = "--temperature",
                 .todo = "leave out the temperature, or activations int16"};
  TRY(const ValueId logits, logits_of(graph, "the model"));
  Temperature chosen{.value = input.temperature.value, .fitted = input.temperature.value};
  const bool fitted = input.temperature.kind == Kind::fitted;
  if (fitted) TRY_DO(check_labels(input));
  if (!input.reference_labels.empty()) {
    TRY(const std::vector<double> values, reference_logits(graph, logits, input.reference));
    if (fitted) {
      chosen.fitted = fit_temperature(values, input.reference_labels);
      const Value& value = graph.values[logits];
      chosen.value = std::min(chosen.fitted, safe_temperature(static_cast<double>(value.quantization.scale[0]), value.shape[3]));
    }
    chosen.loss_before = negative_log_likelihood(values, input.reference_labels, 1);
    chosen.loss = negative_log_likelihood(values, input.reference_labels, chosen.value);
  }
  TRY_DO(set_temperature(graph, chosen.value, "the model"));
  return std::optional<Temperature>(chosen);
}

// `run(model, index)` runs the int8 model on the window of that index. Shows `look`, if it is set, what the report is made of.
Result<std::vector<LayerReport>> report(const Quantized& quantized, const Graph& graph, const FloatWindows& windows,
                                        const std::function<void(LoadedModel&, uint32_t)>& run, const LookAtLayers& look,
                                        Progress& progress) {
  const ReportInput input{quantized.float_graph, graph, quantized.lowered.made, quantized.calibration, windows,
                          quantized.losses,      run};
  if (look) TRY_DO(look(input));
  return report_layers(input, progress);
}

// The int8 graph of a run with all that its file holds.
Result<Graph> with_front_end(const Lowered& lowered, const CompileInput& input, const FeatureExtractor& extractor) {
  Graph graph = lowered.graph;
  TRY_DO(add_front_end(graph, extractor, input.standardization, kWhere));
  TRY_DO(verify(graph, "the int8 graph"));
  TRY_DO(check_size(graph, kWhere));
  return graph;
}

// The baseline's bytes are as many whatever it says: it is measured once.
Result<uint64_t> file_bytes(const Lowered& lowered, const CompileInput& input, const FeatureExtractor& extractor,
                            std::optional<Baseline>& baseline) {
  TRY(const Graph graph, with_front_end(lowered, input, extractor));
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_arena(records);
  ModelParts parts{.graph = graph, .records = records, .plan = plan, .labels = input.labels, .baseline = {}, .self_tests = {}};
  TRY(LoadedModel model, LoadedModel::open(write_model(parts), "the compiled model"));
  NoProgress quiet;
  if (input.reference.count != 0 && !baseline)
    baseline = measure_baseline(model, input.reference, extractor.statistics(input.channels), quiet);
  parts.baseline = baseline;
  const uint32_t tested = input.reference.count != 0 ? input.reference.count : input.calibration.count;
  if (input.self_tests != 0) parts.self_tests = blank_self_tests(model, std::min(input.self_tests, tested));
  return write_model(parts).size();
}

Result<uint64_t> file_bytes(const Lowered& lowered, const TensorsInput& input) {
  Graph graph = lowered.graph;
  graph.rounding = input.options.rounding;
  TRY(const TargetModel made, TargetModel::plan(input.options, graph, input.where));
  TRY(const LoadedModel model, LoadedModel::open(made.write(), "the compiled model"));
  const uint32_t wanted = input.self_tests == kFewSelfTests ? few_self_tests(model) : input.self_tests;
  if (wanted == 0) return made.write().size();
  return made.write(blank_self_tests(model, std::min(wanted, input.calibration.count))).size();
}

}  // namespace

Result<Compiled> compile(const CompileInput& input, Progress& progress) {
  TRY_DO(check(input));
  TRY(const FeatureExtractor extractor, extractor_of(input));
  const FloatWindows windows = standardized(input, extractor);
  std::optional<Baseline> sized;
  TRY(Quantized quantized, quantize_graph(
                               *input.graph, windows, input.quantize, input.scales, kWhere,
                               [&](const Lowered& lowered) { return file_bytes(lowered, input, extractor, sized); }, progress));
  if (input.quantize.activations == Activations::int16)
    narrow_output(quantized.lowered, quantized.float_graph, quantized.calibration);
  TRY(Graph graph, with_front_end(quantized.lowered, input, extractor));

  Compiled compiled{.quantize = input.quantize, .notes = quantized.notes};
  const auto run = [&](LoadedModel& model, uint32_t index) {
    std::vector<int8_t> output(model.output().count);
    model.run_raw(input.calibration.window(index), {}, output);
  };
  TRY(compiled.layers, report(quantized, graph, windows, run, input.look_at_layers, progress));
  TRY(compiled.temperature, choose_temperature(input, graph));

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
  TRY_DO(check_budget(compiled, input.quantize, kWhere));
  TRY_DO(prove(compiled.model));
  compiled.graph = std::move(graph);
  return compiled;
}

Result<Compiled> compile(const TensorsInput& input, Progress& progress) {
  if (input.graph == nullptr) return problem("there is no graph", input.where);
  TRY_DO(check_floats(*input.graph, input.where));
  if (input.calibration.count == 0) return problem("there is no input to calibrate with", input.where);
  TRY(const Quantized quantized, quantize_graph(
                                     *input.graph, input.calibration, input.quantize, input.scales, input.where,
                                     [&](const Lowered& lowered) { return file_bytes(lowered, input); }, progress));
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

  Compiled compiled{.quantize = input.quantize, .notes = quantized.notes};
  TRY(const TargetModel made, TargetModel::plan(input.options, graph, input.where));
  TRY(compiled.layers, report(quantized, graph, input.calibration, run, input.look_at_layers, progress));
  TRY(LoadedModel model, LoadedModel::open(made.write(), "the compiled model"));
  const uint32_t wanted = input.self_tests == kFewSelfTests ? few_self_tests(model) : input.self_tests;
  std::optional<SelfTests> tests;
  if (wanted != 0) tests = record_self_tests(model, input.calibration.count, wanted, take);
  compiled.model = made.write(tests);
  compiled.model_id = made.id();
  compiled.arena_bytes = made.arena_bytes();
  TRY_DO(check_budget(compiled, input.quantize, input.where));
  TRY_DO(prove(compiled.model));
  compiled.graph = std::move(graph);
  return compiled;
}

}  // namespace mote
