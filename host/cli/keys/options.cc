// --key and --passphrase-file.
#include "host/cli/keys/options.h"

namespace mote::cli {

void declare(Arguments& arguments, KeyOptions& options) {
  arguments.option("--key", options.files, "a private key that is not in .mote/keys; may be given more than once");
  arguments.option("--passphrase-file", options.passphrase_file,
                   "a file of mode 0600 that holds the keys' passphrase; without it, $MOTE_PASSPHRASE or a prompt");
}

Result<void> check_output(const Path& output, const std::vector<Path>& inputs, const Workspace& workspace,
                          const KeyOptions& keys) {
  for (const Path& input : inputs) TRY_DO(check_apart(output, {input}));
  for (const std::string& key : keys.files) TRY_DO(check_apart(output, {key}));
  TRY_DO(check_apart(output, {keys.passphrase_file, workspace.database()}));
  for (const Path& folder :
       {workspace.keys(), workspace.devices(), workspace.authority(), workspace.broker(), workspace.host_certificate()})
    TRY_DO(check_outside(output, folder));
  return {};
}

KeyRing key_ring(Context& context, const Workspace& workspace, const KeyOptions& options) {
  return {context.files, workspace, passphrase_from(context.files, options.passphrase_file),
          std::vector<Path>(options.files.begin(), options.files.end())};
}

std::string to_text(const SignedFile& file) {
  if (file.missing == 0) return file.file.string() + ": all signatures are there\n";
  return file.file.string() + ": a draft, " + signatures_missing(file.missing) +
         "\n  give it to the holders of the other keys: mote keys sign " + file.file.string() + " --key FILE\n";
}

Json to_json(const SignedFile& file) { return {{"file", file.file.string()}, {"missing", file.missing}}; }

}  // namespace mote::cli
