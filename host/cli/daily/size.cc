// mote size MODEL.mote: how much flash and RAM a model takes, by itself or with the runtime on a board.
#include "host/cli/commands.h"
#include "host/firmware/footprint.h"
#include "quantize/read/model_file.h"

namespace mote::cli {
namespace {

struct SizeOptions {
  Path model;
  FootprintOptions on;
  std::string profile;  // empty: not said
};

Result<void> size(Context& context, const SizeOptions& options) {
  TRY(const Bytes bytes, context.files.read(options.model, kMaxFileBytes));
  TRY(const ModelFile model, read_model(bytes, options.model.string()));
  if (options.on.board.empty()) {
    if (!options.profile.empty())
      return Error{
          .cause = Cause::usage, .what = "says nothing without a board", .where = "--profile", .todo = "name one with --board"};
    context.print(size_of(model));
    return {};
  }
  FootprintOptions on = options.on;
  if (!options.profile.empty()) on.profile = options.profile;
  TRY(const Footprint found, footprint(model, on, context.files, context.program_folder));
  context.print(found);
  return {};
}

}  // namespace

const Command daily_size = {
    .summary = "say how many bytes of flash and of RAM a model takes",
    .details =
        "With --board, also what runtime and kernels take there, in firmware that has the operators of this model alone\n"
        "(`mote inspect --print-opset`), and whether the board has room for all of it: nothing needs to be linked for that. The\n"
        "rest of the program is that of the board's minimal firmware. RAM is what the board has beside its drivers and its\n"
        "stack; `mote profile` measures the stack. That a model does not fit is an answer: the exit code is 0.",
    .example = "mote size runs/har/model.mote --board mps2-an386",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<SizeOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.option("--board", options->on.board, "a board whose firmware was built");
      arguments.choice("--profile", options->profile, {"fast", "small"},
                       "with --board: how the kernels are compiled; fast when it is not said");
      return [options](Context& context) { return size(context, *options); };
    }};

}  // namespace mote::cli
