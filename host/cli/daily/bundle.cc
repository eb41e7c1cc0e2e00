// mote bundle MODEL.mote: sign a model for a class of devices.
#include "ota/bundle/bundle.h"

#include "host/cli/commands.h"
#include "host/cli/keys/options.h"
#include "ota/delta/delta.h"

namespace mote::cli {
namespace {

struct BundleCommandOptions {
  Path model, out;
  BundleOptions bundle;
  KeyOptions keys;
  std::vector<std::string> bases, codecs;
};

Result<void> bundle(Context& context, BundleCommandOptions options) {
  if (options.bundle.name.empty())
    options.bundle.name = options.bundle.device_class + " " + std::to_string(options.bundle.release);
  const Workspace workspace{".mote"};
  TRY_DO(check_output(options.out, {options.model}, workspace, options.keys));
  TRY(const Bytes model, context.files.read(options.model, kMaxBundleBytes));
  for (const std::string& path : options.bases) {
    TRY_DO(check_apart(options.out, {path}));
    TRY(Bytes base, context.files.read(path, kMaxBundleBytes));
    options.bundle.bases.push_back(std::move(base));
  }
  if (!options.codecs.empty()) options.bundle.codecs.clear();
  for (const std::string& name : options.codecs) {
    TRY(const DeltaCodec codec, codec_named(name));
    options.bundle.codecs.push_back(codec);
  }
  TRY(const TrustRoot root, read_root(context.files, workspace.root()));
  KeyRing ring = key_ring(context, workspace, options.keys);
  TRY(const Signers signers, ring.signers(kImageRole, root));
  TRY(const Bytes bytes, make_bundle(model, options.bundle, signers));
  if (const size_t missing = missing_signatures(bytes); missing != 0) {
    TRY_DO(context.files.write(options.out, bytes));
    context.print(SignedFile{.file = options.out, .missing = missing});
    return {};
  }
  TRY(const Bundle made, open_bundle(bytes, root, options.out.string()));
  TRY_DO(context.files.write(options.out, bytes));
  context.print(facts_of(made, root, options.out.string(), bytes.size()));
  return {};
}

}  // namespace

const Command daily_bundle = {
    .summary = "sign a model for a class of devices",
    .details =
        "Signs with the image keys at hand. Where the image role asks for more of them, the bundle is a draft that their holders\n"
        "complete: mote keys sign. A device takes a release only if it is not below the highest that it has confirmed, and at most\n"
        "65536 above it, so the number rises by a little with every bundle of the same class. A difference of codec zstd, which fewer\n"
        "devices decode, is put in where it is smaller than that of codec subtract.",
    .example = "mote bundle run/model.mote --release 1 --class vibration --out v1.bundle",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<BundleCommandOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.required("--release", options->bundle.release, "the release number, from 1");
      arguments.required("--class", options->bundle.device_class, "the class of devices that it is for");
      arguments.required("-o,--out", options->out, "the bundle to write");
      arguments.option("--name", options->bundle.name, "for people, at most 63 bytes; without it, the class and the release");
      arguments.option("--base", options->bases, "a .mote file that devices may have: they download the difference; may be repeated");
      arguments.option("--codec", options->codecs, "of these differences: subtract or zstd; may be repeated; both without it");
      declare(arguments, options->keys);
      return [options](Context& context) {
        options->bundle.where = options->model.string();
        return bundle(context, *options);
      };
    }};

}  // namespace mote::cli
