// mote keys sign: add a holder's signature to the root that waits, or to the draft of a bundle.
#include "host/cli/keys/options.h"
#include "ota/bundle/bundle.h"

namespace mote::cli {
namespace {

struct SignOptions {
  Path file;
  KeyOptions keys;
};

Result<void> sign_bundle(Context& context, const Workspace& workspace, KeyRing& ring, const Path& file) {
  TRY(const TrustRoot root, read_root(context.files, workspace.root()));
  TRY(Bytes bytes, context.files.read(file, kMaxBundleBytes));
  if (envelope_bytes(bytes) == 0)
    return Error{.cause = Cause::untrusted, .what = "is no bundle", .where = file.string(), .todo = "make one with: mote bundle"};
  TRY(const std::vector<KeyPair> at_hand, ring.find(kImageRole.name, root.image.keys));
  size_t added = 0;
  for (const KeyPair& pair : at_hand) {
    if (has_signed(bytes, pair.public_key) || missing_signatures(bytes) == 0) continue;
    TRY_DO(add_signature(bytes, pair));
    ++added;
  }
  if (added == 0)
    return Error{.cause = Cause::usage,
                 .what = missing_signatures(bytes) == 0 ? "has all its signatures" : "no image key is at hand that has not signed it",
                 .where = file.string(),
                 .todo = missing_signatures(bytes) == 0 ? "" : "name one with --key"};
  if (missing_signatures(bytes) == 0) TRY_DO(open_bundle(bytes, root, file.string()));
  TRY_DO(context.files.write(file, bytes));
  context.print(SignedFile{.file = file, .missing = missing_signatures(bytes)});
  return {};
}

Result<void> sign(Context& context, const SignOptions& options) {
  const Workspace workspace{".mote"};
  KeyRing ring = key_ring(context, workspace, options.keys);
  if (!options.file.empty()) return sign_bundle(context, workspace, ring, options.file);
  TRY(const RootChange change, sign_proposal(context.files, workspace, ring));
  context.print(change);
  return {};
}

}  // namespace

const Command keys_sign = {
    .summary = "add a signature to a new root, or to a bundle",
    .details = "Without FILE, to .mote/keys/next.root, which is in force in this workspace once its last signature is there.",
    .example = "mote keys sign --key /media/stick/root-5e6f7a8b.key",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<SignOptions>();
      arguments.optional_positional("FILE", options->file, "a bundle that lacks signatures");
      declare(arguments, options->keys);
      return [options](Context& context) { return sign(context, *options); };
    }};

}  // namespace mote::cli
