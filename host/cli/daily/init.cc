// mote init: start a project in this folder.
#include "host/cli/commands.h"
#include "host/demo/recipe_text.h"
#include "ota/workspace.h"

namespace mote::cli {
namespace {

Result<void> init_project(Context& context) {
  TRY(const NewProject project, start_project(context.files, "", demo::kRecipeText));
  context.print(project);
  return {};
}

}  // namespace

const Command daily_init = {
    .summary = "start a project in this folder",
    .details =
        "Writes mote.toml, a configuration that trains on the synthetic vibration data as it stands and is yours to change, and\n"
        "makes .mote/ for keys, certificates and the fleet's database.",
    .example = "mote init && mote keys init",
    .declare = [](Arguments&) -> Action { return init_project; }};

}  // namespace mote::cli
