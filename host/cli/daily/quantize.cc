// mote quantize RUN: a trained float graph to an int8 model.
#include "host/cli/commands.h"
#include "host/cli/quantize_flags.h"
#include "host/quantize_run.h"

namespace mote::cli {
namespace {

struct DailyQuantizeOptions {
  Path run;
  QuantizeFlags flags;
};

Result<void> quantize(Context& context, const DailyQuantizeOptions& options) {
  TRY(const QuantizedRun run, quantize_run(context.files, options.run, context.progress, options.flags));
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
      return [options](Context& context) { return quantize(context, *options); };
    }};

}  // namespace mote::cli
