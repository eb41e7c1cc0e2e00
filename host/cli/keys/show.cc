// mote keys show: whom the project trusts, and which private halves are here.
#include "host/cli/keys/options.h"

namespace mote::cli {
namespace {

Result<void> show(Context& context, const Path& file) {
  const Workspace workspace{".mote"};
  TRY(const TrustRoot root, read_root(context.files, file.empty() ? workspace.root() : file));
  TRY(ShownRoot shown, show_root(context.files, workspace, root));
  Result<std::optional<RootChange>> waits = waiting_root(context.files, workspace);
  if (!waits.ok()) context.say(waits.error().line());  // the root in force is shown all the same
  if (waits.ok() && file.empty()) shown.waits = *waits;
  context.print(shown);
  return {};
}

}  // namespace

const Command keys_show = {
    .summary = "show whom the project trusts",
    .details =
        "The root in force, role by role: its keys by name, how many of them sign, and which private halves are here.\n"
        "And the root that waits for signatures, if one does: who has signed it, and who may.",
    .example = "mote keys show",
    .declare = [](Arguments& arguments) -> Action {
      auto file = std::make_shared<Path>();
      arguments.optional_positional("ROOT", *file, "another root; without it, .mote/keys/root.pub");
      return [file](Context& context) { return show(context, *file); };
    }};

}  // namespace mote::cli
