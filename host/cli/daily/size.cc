// mote size MODEL.mote: how much flash and RAM a model takes, by itself or with the runtime on a board.
#include "host/cli/commands.h"
#include "host/firmware/footprint.h"
#include "quantize/read/model_file.h"

namespace mote::cli {
namespace {

struct SizeOptions {
  Path model;
  std::string board;
};

Result<void> size(Context& context, const SizeOptions& options) {
  TRY(const Bytes bytes, context.files.read(options.model, kMaxFileBytes));
  TRY(const ModelFile model, read_model(bytes, options.model.string()));
  if (options.board.empty()) {
    context.print(size_of(model));
    return {};
  }
  TRY(const Footprint found, footprint(model, options.board, context.files, context.program_folder));
  context.print(found);
  return {};
}

}  // namespace

const Command daily_size = {
    .summary = "say how many bytes of flash and of RAM a model takes",
    .details =
        "With --board, also what the runtime takes there, read off the board's minimal firmware as it was linked, and whether\n"
        "the board has room for all of it. Stack comes to the RAM: `mote profile` measures it.",
    .example = "mote size runs/har/model.mote --board mps2-an386",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<SizeOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.option("--board", options->board, "a board whose firmware was built");
      return [options](Context& context) { return size(context, *options); };
    }};

}  // namespace mote::cli
