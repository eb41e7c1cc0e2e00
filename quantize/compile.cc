// The model compiler: passes, calibration, lowering, front end, plan, bytes, and the proof that the bytes are a model.
#include "quantize/compile.h"

#include <algorithm>
#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/baseline.h"
#include "quantize/calibrate/front_end.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/graph/text.h"
#include "quantize/passes/passes.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

const std::string kWhere = "float graph";

Error problem(const std::string& what) { return Error{.cause = Cause::usage, .what = what, .where = kWhere, .todo = ""}; }

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

Result<void> check(const CompileInput& input) {
  if (input.graph == nullptr) return problem("there is none");
  TRY_DO(verify(*input.graph, kWhere));
  const Shape& shape = input.graph->values[input.graph->input()].shape;
  const size_t channels = shape[3];
  if (input.graph->nodes.empty()) return problem("it has no nodes");
  if (shape[1] != 1) return problem("its input is no one-dimensional signal [1, 1, samples, channels]");
  if (input.graph->values[input.graph->input()].type != Type::float32) return problem("its input is not float32");
  if (input.standardization.mean.size() != channels || input.standardization.deviation.size() != channels ||
      input.channels.size() != channels)
    return problem("it takes " + std::to_string(channels) + " channels, the data has " + std::to_string(input.channels.size()));
  TRY_DO(check_names(input));
  TRY_DO(check(input.standardization, kWhere));
  if (input.calibration.count == 0) return problem("there is no window to calibrate with");
  const uint64_t outputs = count_of(input.graph->values[input.graph->output()].shape);
  if (!input.labels.empty() && input.labels.size() != outputs)
    return problem("it has " + std::to_string(outputs) + " outputs for " + std::to_string(input.labels.size()) + " labels");
  return {};
}

FloatWindows standardized(const CompileInput& input) {
  return {.count = input.calibration.count, .window = [&input](uint32_t index, std::span<float> window) {
            standardize(input.standardization, input.calibration.window(index), window);
          }};
}

SelfTests record_self_tests(LoadedModel& model, const Samples& windows, uint32_t wanted) {
  SelfTests tests;
  tests.count = std::min(wanted, windows.count);
  std::vector<int8_t> input(model.input().count), output(model.output().count);
  for (uint32_t i = 0; i < tests.count; ++i) {
    const auto index = static_cast<uint32_t>(uint64_t{i} * windows.count / tests.count);
    model.front_end(windows.window(index), {}, input);
    model.run(input, output);
    append(tests.inputs, bytes_of(std::span<const int8_t>(input)));
    append(tests.outputs, bytes_of(std::span<const int8_t>(output)));
  }
  return tests;
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

}  // namespace

Result<Compiled> compile(const CompileInput& input, Progress& progress) {
  TRY_DO(check(input));
  Graph float_graph = *input.graph;
  TRY_DO(run_passes(float_graph, kWhere));
  const FloatWindows windows = standardized(input);
  const Calibration calibration = calibrate(float_graph, windows, progress);
  TRY(Graph graph, lower(float_graph, calibration, kWhere));
  TRY_DO(add_front_end(graph, input.standardization, kWhere));
  TRY_DO(verify(graph, "the int8 graph"));
  if (graph.nodes.size() > kMaxNodes || graph.values.size() > kMaxTensors)
    return problem("it takes " + std::to_string(graph.nodes.size()) + " operators and " + std::to_string(graph.values.size()) +
                   " tensors; a model has at most " + std::to_string(kMaxNodes) + " and " + std::to_string(kMaxTensors));

  Compiled compiled;
  const ReportInput report{float_graph, graph, calibration, windows, input.calibration};
  TRY(compiled.layers, report_layers(report, progress));

  // Written twice: the first model, without them, measures the baseline and the self-tests of the second.
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_arena(records);
  ModelParts parts{.graph = graph, .records = records, .plan = plan, .labels = input.labels, .baseline = {}, .self_tests = {}};
  TRY(LoadedModel model, LoadedModel::open(write_model(parts), "the compiled model"));
  if (input.reference.count != 0) parts.baseline = measure_baseline(model, input.reference, input.channels, progress);
  const Samples& tested = input.reference.count != 0 ? input.reference : input.calibration;
  if (input.self_tests != 0) parts.self_tests = record_self_tests(model, tested, input.self_tests);
  compiled.model = write_model(parts);
  compiled.model_id = model_id(graph_section(records), weights_section(graph));
  compiled.arena_bytes = plan.arena_bytes;
  TRY_DO(prove(compiled.model));
  return compiled;
}

}  // namespace mote
