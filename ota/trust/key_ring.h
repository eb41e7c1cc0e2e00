// The private halves that are at hand: files <role>-<name>.key in .mote/keys, and others that the caller names, on a stick perhaps.
#pragma once

#include <string>
#include <vector>

#include "ota/trust/documents.h"
#include "ota/trust/passphrase.h"
#include "ota/trust/root.h"

namespace mote {

Path key_path(const Workspace& workspace, const std::string& role, const PublicKey& key);

class KeyRing {
 public:
  KeyRing(FileSystem& files, const Workspace& workspace, AskPassphrase ask, std::vector<Path> more = {})
      : files_(files), workspace_(workspace), ask_(std::move(ask)), more_(std::move(more)) {}

  // Whether the key's own file is in .mote/keys; nothing is decrypted.
  bool has_file(const std::string& role, const PublicKey& key) const;

  // Those of `keys` that are at hand, in their order. A file that holds another key than its name says is Cause::untrusted; a file that
  // the caller named and that holds none of `keys` is an error.
  Result<std::vector<KeyPair>> find(const std::string& role, const std::vector<PublicKey>& keys);

  // The signers of a role: as many keys as it asks for, of those at hand; fewer make drafts.
  Result<Signers> signers(const RoleField& field, const TrustRoot& root);

  // The same, and an error when they are too few.
  Result<Signers> enough_signers(const RoleField& field, const TrustRoot& root);

 private:
  Result<KeyPair> open(const Path& path);

  FileSystem& files_;
  Workspace workspace_;
  AskPassphrase ask_;
  std::vector<Path> more_;
};

inline constexpr RoleField kImageRole = kRoleFields[2];
inline constexpr RoleField kDirectorRole = kRoleFields[3];

}  // namespace mote
