// mote keys init: make a project's keys and the first root.
#include "host/cli/keys/options.h"

namespace mote::cli {
namespace {

struct InitOptions {
  std::map<std::string, std::string> quorums = {{"root", "1of1"}, {"standby", "1of1"}, {"image", "1of1"}, {"director", "1of1"}};
  Path passphrase_file;
  bool plain = false;
};

Result<void> make_keys(Context& context, const InitOptions& options) {
  const Workspace workspace{".mote"};
  std::map<std::string, Quorum> quorums;
  for (const auto& [role, text] : options.quorums) {
    TRY(quorums[role], parse_quorum(text));
  }
  std::optional<std::string> passphrase;
  if (!options.plain && !context.files.exists(workspace.root())) {
    TRY(passphrase, passphrase_from(context.files, options.passphrase_file)("the new keys", true));
  }
  TRY(const TrustRoot root, init_keys(context.files, workspace, quorums, passphrase));
  TRY(const ShownRoot shown, show_root(context.files, workspace, root));
  context.print(shown);
  return {};
}

}  // namespace

const Command keys_init = {
    .summary = "make the keys of a project",
    .details =
        "Four roles: root replaces keys, standby does so when root keys are lost or stolen, image says what a model is, director\n"
        "says who gets it. Each role has up to 5 keys and asks for a number of signatures: --image 2of3. Writes\n"
        ".mote/keys/<role>-<name>.key, encrypted under a passphrase, and root.pub, which devices are given. Take the root and\n"
        "standby keys off this machine; docs/keys.md says how, and what to do when one is lost.",
    .example = "mote keys init --root 2of3 --standby 2of3 --image 2of3",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<InitOptions>();
      for (auto& [role, quorum] : options->quorums)
        arguments.option("--" + role, quorum, "signatures and keys of the " + role + " role");
      arguments.option("--passphrase-file", options->passphrase_file,
                       "a file of mode 0600 that holds the passphrase; without it, $MOTE_PASSPHRASE or a prompt");
      arguments.flag("--plain", options->plain, "do not encrypt the keys: for a trial");
      return [options](Context& context) { return make_keys(context, *options); };
    }};

}  // namespace mote::cli
