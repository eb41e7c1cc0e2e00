// mote keys add, rotate, revoke: each proposes the root that follows, and signs it with the keys at hand.
#include "host/cli/keys/options.h"

namespace mote::cli {
namespace {

struct ChangeOptions {
  std::string role;
  std::vector<std::string> names;  // of keys that are to leave
  std::vector<std::string> public_keys;
  uint32_t threshold = 0;
  bool by_standby = false, plain = false;
  KeyOptions keys;
};

Result<PublicKey> key_called(const Role& role, const std::string& name) {
  for (const PublicKey& key : role.keys)
    if (key_name(key) == name) return key;
  return Error{.cause = Cause::usage, .what = "is no key of this role", .where = name, .todo = "see which there are with: mote keys show"};
}

Result<void> change(Context& context, const ChangeOptions& options, size_t new_keys, bool replace) {
  const Workspace workspace{".mote"};
  TRY(const TrustRoot now, read_root(context.files, workspace.root()));
  RootEdit edit;
  TRY(edit.role, role_named(options.role));
  const Role& role = now.*edit.role.role;
  if (options.threshold != 0) edit.threshold = options.threshold;
  for (const std::string& name : options.names) {
    TRY(const PublicKey key, key_called(role, name));
    edit.leave.push_back(key);
  }
  if (replace && options.names.empty()) edit.leave = role.keys;
  if (replace) new_keys = edit.leave.size();
  for (const std::string& path : options.public_keys) {
    TRY(const std::string pem, context.files.read_text(path));
    TRY(const PublicKey key, parse_public_key(pem, path));
    edit.join.push_back(key);
  }
  std::vector<KeyPair> made;  // here; those whose public halves were given are made elsewhere
  while (edit.join.size() < new_keys) {
    TRY(const KeyPair pair, generate_key());
    made.push_back(pair);
    edit.join.push_back(pair.public_key);
  }
  TRY(const TrustRoot next, edited(now, edit));

  const AskPassphrase ask = passphrase_from(context.files, options.keys.passphrase_file);
  std::optional<std::string> passphrase;
  if (!made.empty() && !options.plain) {
    TRY(passphrase, ask("the keys, new and old", true));
  }
  NewKeyFiles files(context.files);
  for (const KeyPair& pair : made) TRY_DO(files.write(key_path(workspace, edit.role.name, pair.public_key), pair, passphrase));
  KeyRing ring(context.files, workspace, ask, std::vector<Path>(options.keys.files.begin(), options.keys.files.end()));
  TRY(const RootChange changed, propose_root(context.files, workspace, ring, next, options.by_standby));
  files.keep();
  context.print(changed);
  return {};
}

void declare_common(Arguments& arguments, ChangeOptions& options) {
  arguments.positional("ROLE", options.role, "root, standby, image or director");
  arguments.option("--threshold", options.threshold, "signatures that the role asks for from now on; 0: as before");
  arguments.flag("--by-standby", options.by_standby, "signed by the standby role's holders instead of the root's");
  declare(arguments, options.keys);
}

void declare_new(Arguments& arguments, ChangeOptions& options) {
  arguments.option("--public", options.public_keys, "a PEM file with the public half of a key made elsewhere, in place of a new one");
  arguments.flag("--plain", options.plain, "do not encrypt the new keys: for a trial");
}

}  // namespace

const Command keys_add = {
    .summary = "add a key to a role",
    .details = "Proposes a new root. Documents that the role has signed until now must be signed again under it.",
    .example = "mote keys add image --threshold 2",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<ChangeOptions>();
      declare_common(arguments, *options);
      declare_new(arguments, *options);
      return [options](Context& context) { return change(context, *options, 1, false); };
    }};

const Command keys_rotate = {
    .summary = "replace keys of a role by new ones",
    .details =
        "All keys of the role, or those that --old names. The old ones never count again: no device that has the new root takes\n"
        "what they sign. Counters of the role's documents begin anew.",
    .example = "mote keys rotate director",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<ChangeOptions>();
      declare_common(arguments, *options);
      arguments.option("--old", options->names, "the name of a key that is to leave; may be given more than once");
      declare_new(arguments, *options);
      return [options](Context& context) { return change(context, *options, 0, true); };
    }};

const Command keys_revoke = {
    .summary = "take a key out of a role for good",
    .details = "The key never counts again, for any role.",
    .example = "mote keys revoke image --old 1a2b3c4d",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<ChangeOptions>();
      declare_common(arguments, *options);
      arguments.required("--old", options->names, "the name of a key that is to leave; may be given more than once");
      return [options](Context& context) { return change(context, *options, 0, false); };
    }};

}  // namespace mote::cli
