// mote data generate: the synthetic machines as CSV files.
#include "host/cli/commands.h"
#include "host/data/export.h"

namespace mote::cli {
namespace {

struct DataGenerateOptions {
  Path out;
  vibration::Plan plan = {.seed = 1, .first_machine = 0, .machines = 8, .windows = 20};
};

}  // namespace

const Command data_generate = {
    .summary = "write synthetic vibration of rotating machines as CSV, with the map that reads it",
    .details = "One file per machine, a row per sample, in g; and mote.toml with the [data] table for them.",
    .example = "mote data generate --out build/machines",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DataGenerateOptions>();
      arguments.required("--out", options->out, "folder for the files");
      arguments.option("--seed", options->plan.seed, "of machines and windows");
      arguments.ranged("--first-machine", options->plan.first_machine, 0u, 1000000u, "number of the first machine");
      arguments.ranged("--machines", options->plan.machines, 1u, 1000u, "how many");
      arguments.ranged("--windows", options->plan.windows, 1u, 10000u, "of each condition and machine");
      return [options](Context& context) -> Result<void> {
        TRY(const Exported exported, export_vibration(context.files, options->plan, options->out));
        context.print(exported);
        return {};
      };
    }};

}  // namespace mote::cli
