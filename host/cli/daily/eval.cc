// mote eval: how good a quantized model is, as a device runs it.
#include <charconv>

#include "host/cli/commands.h"
#include "host/evaluate/evaluate_page.h"
#include "host/evaluate/evaluate_run.h"
#include "host/quantize_run.h"
#include "host/train/run.h"

namespace mote::cli {
namespace {

// What `mote train` and `mote quantize` write into a run's folder.
constexpr const char* kRunFiles[] = {kRunFile,       kGraphFile,           kHistoryFile,     kCalibrationFile,
                                     kReferenceFile, kReferenceLabelsFile, kModelFile,       kQuantizedFile,
                                     kScalesFile,    kParentFile,          kQuantizationFile};

struct EvalOptions {
  Path model, data, inputs, outputs, html;
  std::string split = "test", slices, worst_slice;
  bool importance = false;
  uint32_t repeats = 5;
  uint64_t seed = 1;
};

// Of --worst-slice; 0 without it.
Result<double> floor_of(const std::string& text) {
  double floor = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), floor);
  if (text.empty() || (problem == std::errc() && end == text.data() + text.size() && floor >= 0 && floor <= 1)) return floor;
  return Error{.cause = Cause::usage,
               .what = "'" + text + "' is no accuracy",
               .where = "--worst-slice",
               .todo = "give a number from 0 to 1, such as 0.8"};
}

Result<void> check_options(Context& context, const EvalOptions& options) {
  const auto refuse = [](const char* what, const char* where, const char* todo) {
    return Error{.cause = Cause::usage, .what = what, .where = where, .todo = todo};
  };
  if (!options.worst_slice.empty() && options.slices.empty())
    return refuse("there are no slices to find the worst of", "--worst-slice", "name them with --slices group, class or FILE");
  const Path table = options.slices.empty() ? Path() : slice_file(context.files, options.slices);
  for (const Path& output : {options.html, options.inputs, options.outputs}) {
    TRY_DO(check_apart(output, {options.model, options.data, table}));
    for (const char* name : kRunFiles) TRY_DO(check_apart(output, {options.model.parent_path() / name}));
    TRY_DO(check_outside(output, options.data));
  }
  return {};
}

Result<void> run_eval(Context& context, const EvalOptions& options) {
  TRY(const double floor, floor_of(options.worst_slice));
  TRY_DO(check_options(context, options));
  EvaluateRunInput input;
  input.model = options.model;
  if (!options.data.empty()) input.data = options.data;
  input.part = options.split == "all" ? EvaluatePart::all : EvaluatePart::test;
  input.keep_tensors = !options.inputs.empty() || !options.outputs.empty();
  input.slices = options.slices;
  if (options.importance) input.importance = ImportanceOptions{.repeats = options.repeats, .seed = options.seed};
  TRY(const Evaluation evaluation, evaluate_run(context.files, input, context.progress));
  if (!options.inputs.empty()) TRY_DO(context.files.write(options.inputs, evaluation.inputs));
  if (!options.outputs.empty()) TRY_DO(context.files.write(options.outputs, evaluation.outputs));
  if (!options.html.empty())
    TRY_DO(context.files.write_text(options.html, to_html(evaluation, options.model.filename().string())));
  context.print(evaluation);
  if (options.worst_slice.empty()) return {};
  return check_worst_slice(worst_slice(evaluation.slices), floor, options.model.string());
}

}  // namespace

const Command daily_eval = {
    .summary = "evaluate a quantized model, and the float graph it was made from",
    .details =
        "Takes reader, windowing, classes, split and float graph from the run.json beside the model. The model, of int8 or\n"
        "int16, runs in the device's own code; `mote run` on the saved inputs gives the saved outputs, on host and boards.\n"
        "--split all evaluates every window of the recordings: for people or machines that the run never saw.\n"
        "--slices group, class, FILE or FILE:COLUMN prints the accuracy of each slice; FILE is a table (CSV) with a column\n"
        "`group` and others to slice by. --worst-slice 0.8 exits with 3 when a slice of 30 windows or more is below that.",
    .example = "mote eval build/har/model.mote --data RECORDINGS --json",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<EvalOptions>();
      arguments.positional("model", options->model, "a .mote file beside its run.json");
      arguments.option("--data", options->data, "folder or file of recordings; none for the synthetic generator");
      arguments.choice("--split", options->split, {"test", "all"}, "the run's test groups, or all windows");
      arguments.option("--save-inputs", options->inputs, "write the model's inputs, one after another");
      arguments.option("--save-outputs", options->outputs, "write the model's outputs, one after another");
      arguments.option("--html", options->html, "write a page with plots");
      arguments.option("--slices", options->slices, "group, class, or a table: FILE or FILE:COLUMN");
      arguments.option("--worst-slice", options->worst_slice, "the least accuracy that the worst slice may have, 0 to 1");
      arguments.flag("--importance", options->importance, "what is lost when channels are shuffled and times blanked");
      arguments.ranged<uint32_t>("--repeats", options->repeats, 1, 1000, "of each shuffle");
      arguments.option("--seed", options->seed, "of the shuffles");
      return [options](Context& context) { return run_eval(context, *options); };
    }};

}  // namespace mote::cli
