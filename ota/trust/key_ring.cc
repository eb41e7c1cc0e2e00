// Finding keys by the names of their files, and opening them.
#include "ota/trust/key_ring.h"

#include <algorithm>

namespace mote {

Path key_path(const Workspace& workspace, const std::string& role, const PublicKey& key) {
  return workspace.keys() / (role + "-" + key_name(key) + ".key");
}

bool KeyRing::has_file(const std::string& role, const PublicKey& key) const {
  return files_.exists(key_path(workspace_, role, key));
}

Result<KeyPair> KeyRing::open(const Path& path) {
  return read_private_key(files_, path, [&] { return ask_(path.filename().string(), false); });
}

Result<std::vector<KeyPair>> KeyRing::find(const std::string& role, const std::vector<PublicKey>& keys) {
  std::vector<KeyPair> found;
  std::vector<KeyPair> others;
  for (const Path& path : more_) {
    TRY(const KeyPair pair, open(path));
    others.push_back(pair);
  }
  for (const PublicKey& key : keys) {
    const auto other = std::find_if(others.begin(), others.end(), [&](const KeyPair& pair) { return pair.public_key == key; });
    if (other != others.end()) {
      found.push_back(*other);
      continue;
    }
    const Path path = key_path(workspace_, role, key);
    if (!files_.exists(path)) continue;
    TRY(const KeyPair pair, open(path));
    if (pair.public_key != key)
      return Error{.cause = Cause::untrusted,
                   .what = "holds another key than its name says",
                   .where = path.string(),
                   .todo = "put the right key back"};
    found.push_back(pair);
  }
  return found;
}

Result<Signers> KeyRing::signers(const RoleField& field, const TrustRoot& root) {
  const Role& role = root.*field.role;
  std::vector<PublicKey> wanted;
  for (const PublicKey& key : role.keys)
    if (wanted.size() < role.threshold && (has_file(field.name, key) || !more_.empty())) wanted.push_back(key);
  TRY(std::vector<KeyPair> keys, find(field.name, more_.empty() ? wanted : role.keys));
  keys.resize(std::min<size_t>(keys.size(), role.threshold));
  return Signers(role, std::move(keys));
}

Result<Signers> KeyRing::enough_signers(const RoleField& field, const TrustRoot& root) {
  TRY(Signers found, signers(field, root));
  if (found.keys.size() < found.threshold)
    return Error{.cause = Cause::failed,
                 .what = std::string("the ") + field.name + " role asks for " + std::to_string(found.threshold) + " signatures, and " +
                         std::to_string(found.keys.size()) + " of its keys are at hand",
                 .where = workspace_.keys().string(),
                 .todo = "bring the others with --key FILE; mote keys show says which they are"};
  return found;
}

}  // namespace mote
