// mote keys init: make the two signing keys and the root that speaks for them.
#include "host/cli/commands.h"
#include "ota/trust/root.h"

namespace mote::cli {
namespace {

Result<void> make_keys(Context& context) {
  TRY(NewKeys keys, init_keys(context.files, Workspace{".mote"}));
  context.print(keys);
  return {};
}

}  // namespace

const Command keys_init = {
    .summary = "make the signing keys of a project",
    .details =
        "Writes .mote/keys/image.key, director.key (only you can read them) and root.pub, which devices are given.\n"
        "Keep image.key off the network: who has both keys can put any model on your devices.",
    .example = "mote keys init",
    .declare = [](Arguments&) -> Action { return make_keys; }};

}  // namespace mote::cli
