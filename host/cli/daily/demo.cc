// mote demo: the whole way round on this machine.
#include "host/demo/demo.h"

#include "host/cli/commands.h"

namespace mote::cli {
namespace {

Result<void> run_demo(Context& context, demo::DemoOptions options) {
  options.program_folder = context.program_folder;
  options.tell = [&context](const std::string& line) { context.say(line); };
  TRY(const demo::Scoreboard board, demo::play(options, context.files, context.clock, context.progress, context.stop));
  context.print(board);
  return board.verdict();
}

}  // namespace

const Command daily_demo = {
    .summary = "the whole way round on this machine: train, sign, roll out, attack, watch, find a drift",
    .details =
        "Trains and quantizes a model on synthetic vibration data, signs it, rolls it out over MQTT to 20 simulated devices\n"
        "and to firmware on an emulated Cortex-M4F, sends them models that they must refuse, collects their telemetry,\n"
        "injects a drift and finds it. Leaves good.bundle, root.pub, demo-report.html and demo.json in DIR.\n"
        "Takes under four minutes; exits with 1 when anything was not as it should be.",
    .example = "mote demo --out build/demo --seed 1",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<demo::DemoOptions>();
      arguments.option("--out", options->out, "folder; an earlier demo in it is replaced");
      arguments.option("--seed", options->seed, "of the machines, the training and the drift");
      return [options](Context& context) { return run_demo(context, *options); };
    }};

}  // namespace mote::cli
