// Making a project's keys, and replacing them: each change is a new root, signed by enough holders of the old one (docs/keys.md).
//
//     init ─► roots/1.pub = root.pub
//     add, rotate, revoke ─► next.root, signed by the keys at hand ─ sign ─► complete: roots/<epoch>.pub, root.pub
#pragma once

#include <map>
#include <optional>

#include "base/json_fwd.h"
#include "ota/trust/key_ring.h"

namespace mote {

// "2of3": how many keys a role has, and how many of them sign.
struct Quorum {
  uint32_t threshold = 1;
  uint32_t keys = 1;
};
Result<Quorum> parse_quorum(const std::string& text);

// Makes the keys of every role in workspace.keys(), encrypted where `passphrase` is given, and the first root. Refuses when there is a
// root already; leaves nothing where it fails.
Result<TrustRoot> init_keys(FileSystem& files, const Workspace& workspace, const std::map<std::string, Quorum>& quorums = {},
                            const std::optional<std::string>& passphrase = std::nullopt);

// Private keys just written, which are gone again where what they are for fails.
class NewKeyFiles {
 public:
  explicit NewKeyFiles(FileSystem& files) : files_(files) {}
  ~NewKeyFiles();
  NewKeyFiles(const NewKeyFiles&) = delete;
  NewKeyFiles& operator=(const NewKeyFiles&) = delete;

  Result<void> write(const Path& path, const KeyPair& pair, const std::optional<std::string>& passphrase);
  void add(const Path& path) { paths_.push_back(path); }
  void keep() { paths_.clear(); }

 private:
  FileSystem& files_;
  std::vector<Path> paths_;
};

// What is to change of one role.
struct RootEdit {
  RoleField role = kImageRole;
  std::vector<PublicKey> leave;  // keys that are never to count again
  std::vector<PublicKey> join;
  std::optional<uint32_t> threshold;
};

// The root after `now`, with the edit made. Cause::usage where no device would take it.
Result<TrustRoot> edited(const TrustRoot& now, const RootEdit& edit);

// Whose signatures take a device from `now` to `next`: as few as will do, those of `at_hand` first. By the standby role's holders instead
// of the root's where `by_standby`.
std::vector<PublicKey> signers_of_change(const TrustRoot& now, const TrustRoot& next, bool by_standby,
                                         const std::vector<PublicKey>& at_hand);

// A root on its way: complete, and then in force in this workspace, or in next.root for others to sign.
struct RootChange {
  TrustRoot root;
  std::vector<PublicKey> signers;
  std::vector<PublicKey> may_sign;  // those whose signature is of use yet
  size_t missing = 0;
  Path file;
};
std::string to_text(const RootChange& change);
Json to_json(const RootChange& change);

// Proposes `next`, signed by those of its signers that are at hand. Refuses while another change waits in next.root.
Result<RootChange> propose_root(FileSystem& files, const Workspace& workspace, KeyRing& ring, const TrustRoot& next, bool by_standby);

// The root that waits in next.root, if one does.
Result<std::optional<RootChange>> waiting_root(FileSystem& files, const Workspace& workspace);

// Adds the signatures at hand to what waits in next.root.
Result<RootChange> sign_proposal(FileSystem& files, const Workspace& workspace, KeyRing& ring);

// A root for people, and which of its private halves are here.
struct ShownRoot {
  struct Key {
    std::string name;
    bool here = false, encrypted = false;
  };
  struct Shown {
    std::string role;
    uint32_t epoch = 0, threshold = 0;
    std::vector<Key> keys;
  };
  uint32_t epoch = 0;
  std::vector<Shown> roles;
  size_t removed = 0;
  std::optional<RootChange> waits;  // for signatures, in next.root
};
Result<ShownRoot> show_root(FileSystem& files, const Workspace& workspace, const TrustRoot& root);
std::string to_text(const ShownRoot& root);
Json to_json(const ShownRoot& root);

// The roots of a project by epoch, as their envelopes.
Result<std::map<uint32_t, Bytes>> all_roots(FileSystem& files, const Workspace& workspace);

// The newest of `roots` that a device takes next which trusts the one of epoch `epoch`; null when it has the newest, or its own is
// unknown here.
const Bytes* next_root_for(const std::map<uint32_t, Bytes>& roots, uint32_t epoch);

}  // namespace mote
