// mote quantize RUN: a trained float graph to an int8 model.
#include "host/cli/commands.h"
#include "host/quantize_run.h"

namespace mote::cli {
namespace {

struct QuantizeOptions {
  Path run;
  std::string activations = "int8";
};

Result<void> quantize(Context& context, const QuantizeOptions& options) {
  TRY(const QuantizedRun run, quantize_run(context.files, options.run, context.progress,
                                           options.activations == "int16" ? Activations::int16 : Activations::int8));
  context.print(run);
  return {};
}

}  // namespace

const Command daily_quantize = {
    .summary = "make the int8 model of a trained run",
    .details =
        "Folds batch norms and activations, measures ranges on training windows, quantizes to int8 with one scale per\n"
        "channel of the weights, adds the front end, the drift baseline and the self-tests, plans the arena, and writes\n"
        "RUN/model.mote and RUN/quantization.json. Prints what quantization did to each layer.",
    .example = "mote quantize runs/har",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<QuantizeOptions>();
      arguments.positional("RUN", options->run, "folder that `mote train --out RUN` wrote");
      arguments.choice("--activations", options->activations, {"int8", "int16"},
                       "int16: closer to the float graph, for twice the RAM and more time");
      return [options](Context& context) { return quantize(context, *options); };
    }};

}  // namespace mote::cli
