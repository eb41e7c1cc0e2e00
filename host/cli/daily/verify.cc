// mote verify FILE: check a bundle against a root, every byte of it.
#include "host/cli/commands.h"
#include "ota/bundle/bundle.h"

namespace mote::cli {
namespace {

struct VerifyOptions {
  Path file;
  Path root = Workspace{".mote"}.root();
};

Result<void> verify(Context& context, const VerifyOptions& options) {
  TRY(const Bytes bytes, context.files.read(options.file, kMaxBundleBytes));
  TRY(const TrustRoot root, read_root(context.files, options.root));
  if (const size_t missing = envelope_bytes(bytes) == 0 ? 0 : missing_signatures(bytes); missing != 0)
    return Error{.cause = Cause::untrusted,
                 .what = "is a draft: " + signatures_missing(missing),
                 .where = options.file.string(),
                 .todo = "the holders of the other keys complete it: mote keys sign " + options.file.string()};
  TRY(const Bundle bundle, open_bundle(bytes, root, options.file.string()));
  context.print(facts_of(bundle, root, options.file.string(), bytes.size()));
  return {};
}

}  // namespace

const Command daily_verify = {
    .summary = "check a bundle: signature, digests, and the model inside",
    .details =
        "Exits with 0 when every byte is what the image key signed, with 6 for any defect at all, and with 1 when a file cannot\n"
        "be read.",
    .example = "mote verify v1.bundle --root root.pub",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<VerifyOptions>();
      arguments.positional("FILE", options->file, "a bundle");
      arguments.option("--root", options->root, "whom to trust");
      return [options](Context& context) { return verify(context, *options); };
    }};

}  // namespace mote::cli
