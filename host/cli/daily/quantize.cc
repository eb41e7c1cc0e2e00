// mote quantize RUN: a trained float graph to an int8 model.
#include <charconv>

#include "host/cli/commands.h"
#include "host/cli/quantize_flags.h"
#include "host/quantize_run.h"
#include "quantize/calibrate/temperature.h"

namespace mote::cli {
namespace {

struct DailyQuantizeOptions {
  Path run;
  QuantizeFlags flags;
  std::string temperature = "off";
  ExplainFlags explain;
};

Result<TemperatureChoice> temperature_of(const std::string& text) {
  using Kind = TemperatureChoice::Kind;
  if (text == "off") return TemperatureChoice{};
  if (text == "auto") return TemperatureChoice{.kind = Kind::fitted};
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size() && value >= kLeastTemperature && value <= kMostTemperature)
    return TemperatureChoice{.kind = Kind::value, .value = value};
  return Error{.cause = Cause::usage,
               .what = "'" + text + "' is no temperature",
               .where = "--temperature",
               .todo = "say auto, off, or a number from 0.05 to 20"};
}

Result<void> quantize(Context& context, const DailyQuantizeOptions& options) {
  TRY(const TemperatureChoice temperature, temperature_of(options.temperature));
  TRY(const QuantizedRun run,
      quantize_run(context.files, options.run, context.progress,
                   {.flags = options.flags,
                    .temperature = temperature,
                    .explain = options.explain.wanted ? std::optional(options.explain.threshold) : std::nullopt}));
  context.print(run);
  return {};
}

}  // namespace

const Command daily_quantize = {
    .summary = "make the int8 model of a trained run",
    .details =
        "Folds batch norms and activations, measures ranges on training windows, quantizes to int8 with one scale per\n"
        "channel of the weights, adds the front end, the drift baseline and the self-tests, plans the arena, and writes\n"
        "RUN/model.mote and RUN/quantization.json. Prints what quantization did to each layer.\n"
        "\n"
        "The switches go over those of [quantize] in the run's configuration (docs/quantization.md).",
    .example = "mote quantize runs/har",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DailyQuantizeOptions>();
      arguments.positional("RUN", options->run, "folder that `mote train --out RUN` wrote");
      declare(arguments, options->flags);
      arguments.option("--temperature", options->temperature,
                       "of the softmax: auto fits it on the validation windows, so that its confidence is honest; a number; off");
      declare(arguments, options->explain);
      return [options](Context& context) { return quantize(context, *options); };
    }};

}  // namespace mote::cli
