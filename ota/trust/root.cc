// root.pub, and the keys it speaks for.
#include "ota/trust/root.h"

#include "base/json.h"
#include "base/toml.h"

namespace mote {
namespace {

Path image_key_path(const Workspace& workspace) { return workspace.keys() / "image.key"; }
Path director_key_path(const Workspace& workspace) { return workspace.keys() / "director.key"; }

std::string role_toml(const std::string& role, const PublicKey& key) {
  return "\n[" + role + "]\nthreshold = 1\nkeys = [\"" + to_hex(key) + "\"]\n";
}

PublicKey read_role(Toml& document, const std::string& role) {
  Toml table = document.table(role);
  if (table.required_integer("threshold", 1, 1) != 1) return {};
  const std::vector<std::string> keys = table.texts("keys", {});
  if (keys.size() != 1) {
    table.refuse("keys", "one key is wanted");
    return {};
  }
  Result<PublicKey> key = public_key_from_hex(keys.front(), "");
  if (!key) table.refuse("keys", key.error().what);
  return key ? *key : PublicKey{};
}

// Whatever is wrong with a root, the answer is that nothing can be trusted by it.
Error as_untrusted(Error error) {
  error.cause = Cause::untrusted;
  return error;
}

Result<KeyPair> read_held(FileSystem& files, const Workspace& workspace, const Path& path, PublicKey TrustRoot::*role) {
  TRY(KeyPair key, read_private_key(files, path));
  TRY(TrustRoot root, read_root(files, workspace.root()));
  if (key.public_key != root.*role)
    return Error{.cause = Cause::untrusted,
                 .what = "is not the key that " + workspace.root().string() + " names for this role",
                 .where = path.string(),
                 .todo = "put the right key back"};
  return key;
}

Result<void> write_all(FileSystem& files, const Workspace& workspace, const KeyPair& image, const KeyPair& director,
                       const TrustRoot& root) {
  TRY_DO(write_private_key(files, image_key_path(workspace), image));
  TRY_DO(write_private_key(files, director_key_path(workspace), director));
  return files.write_text(workspace.root(), root_toml(root));
}

}  // namespace

std::string root_toml(const TrustRoot& root) {
  return "# Whom mote trusts: the public halves of the keys. Devices are given these at enrolment; `mote verify --root` reads "
         "them.\n"
         "epoch = " +
         std::to_string(root.epoch) + "\n" + role_toml("image", root.image) + role_toml("director", root.director);
}

Result<TrustRoot> parse_root(std::string_view text, const std::string& where) {
  Result<Toml> document = parse_toml(text, where);
  if (!document) return as_untrusted(std::move(document).error());
  TrustRoot root;
  root.epoch = static_cast<uint32_t>(document->required_integer("epoch", 1, UINT32_MAX));
  root.image = read_role(*document, "image");
  root.director = read_role(*document, "director");
  if (auto finished = document->finish(); !finished) return as_untrusted(std::move(finished).error());
  if (root.image == root.director)
    return Error{.cause = Cause::untrusted,
                 .what = "image and director have the same key, and so one theft would take both",
                 .where = where,
                 .todo = "make two keys: mote keys init"};
  return root;
}

Result<TrustRoot> read_root(FileSystem& files, const Path& path) {
  TRY(Bytes text, files.read(path, size_t{64} * 1024));
  return parse_root(text_of(text), path.string());
}

Result<NewKeys> init_keys(FileSystem& files, const Workspace& workspace) {
  const Path paths[] = {image_key_path(workspace), director_key_path(workspace), workspace.root()};
  for (const Path& path : paths)
    if (files.exists(path))
      return Error{.cause = Cause::failed,
                   .what = "exists already, and keys are never replaced: devices that trust it would be lost",
                   .where = path.string(),
                   .todo = "use it, or move the folder away first"};
  TRY_DO(files.make_folder(workspace.folder, Access::owner_only));
  TRY_DO(files.make_folder(workspace.keys(), Access::owner_only));
  TRY(KeyPair image, generate_key());
  TRY(KeyPair director, generate_key());
  const TrustRoot root{.epoch = 1, .image = image.public_key, .director = director.public_key};
  if (auto written = write_all(files, workspace, image, director, root); !written) {
    for (const Path& path : paths) (void)files.remove(path);
    return std::move(written).error();
  }
  return NewKeys{.root = root, .folder = workspace.keys()};
}

Result<KeyPair> read_image_key(FileSystem& files, const Workspace& workspace) {
  return read_held(files, workspace, image_key_path(workspace), &TrustRoot::image);
}

Result<KeyPair> read_director_key(FileSystem& files, const Workspace& workspace) {
  return read_held(files, workspace, director_key_path(workspace), &TrustRoot::director);
}

std::string to_text(const NewKeys& keys) {
  return "made " + keys.folder.string() + "/{image.key,director.key,root.pub}\n  image key     " + key_name(keys.root.image) +
         "  says what a model is\n  director key  " + key_name(keys.root.director) + "  says who gets it\n";
}

Json to_json(const NewKeys& keys) {
  return {{"folder", keys.folder.string()},
          {"epoch", keys.root.epoch},
          {"image_key", to_hex(keys.root.image)},
          {"director_key", to_hex(keys.root.director)}};
}

}  // namespace mote
