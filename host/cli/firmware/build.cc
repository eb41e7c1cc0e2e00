// mote firmware build --board B: cross-compile a board's programs, and say what they take.
#include "host/firmware/build.h"

#include "host/cli/commands.h"

namespace mote::cli {
namespace {

Result<void> build(Context& context, const BuildRequest& request) {
  TRY(const FirmwareBuild built, build_firmware(request, context.files, context.program_folder, context.progress, context.stop));
  context.print(built);
  return {};
}

}  // namespace

const Command firmware_build = {
    .summary = "cross-compile a board's firmware and print what it takes by part",
    .details =
        "Builds with CMake and the board's cross compiler, where the other commands look for firmware. Prints flash and RAM by "
        "part\n"
        "and beside them the budget of board.toml; a program over its budget is an error (exit code 3).\n"
        "The sources are those that this mote was built from; an installed one is told with --source. mbedTLS and lwIP come "
        "from\n"
        "scripts/fetch-firmware-sources.",
    .example = "mote firmware build --board mps2-an386 --program agent",
    .declare = [](Arguments& arguments) -> Action {
      auto request = std::make_shared<BuildRequest>();
      arguments.required("--board", request->board, "a folder of boards/");
      arguments.option("--program", request->program, "agent, agent_net, minimal, bench ...; without it, all of the board's");
      arguments.option("--source", request->source, "the folder of mote's sources");
      arguments.option("--out", request->folder, "the folder to build in");
      return [request](Context& context) { return build(context, *request); };
    }};

}  // namespace mote::cli
