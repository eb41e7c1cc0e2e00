// mote keys show: whom the project trusts, and which private halves are here.
#include "host/cli/keys/options.h"

namespace mote::cli {
namespace {

Result<void> show(Context& context, const Path& file) {
  const Workspace workspace{".mote"};
  TRY(const TrustRoot root, read_root(context.files, file.empty() ? workspace.root() : file));
  TRY(const ShownRoot shown, show_root(context.files, workspace, root));
  context.print(shown);
  return {};
}

}  // namespace

const Command keys_show = {
    .summary = "show whom the project trusts",
    .details = "The root in force, role by role: its keys by name, how many of them sign, and which private halves are here.",
    .example = "mote keys show",
    .declare = [](Arguments& arguments) -> Action {
      auto file = std::make_shared<Path>();
      arguments.optional_positional("ROOT", *file, "another root; without it, .mote/keys/root.pub");
      return [file](Context& context) { return show(context, *file); };
    }};

}  // namespace mote::cli
