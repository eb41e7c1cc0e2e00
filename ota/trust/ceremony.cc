// The first root, and roots that follow.
#include "ota/trust/ceremony.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"

namespace mote {
namespace {

constexpr size_t kMaxRootFileBytes = size_t{8} * 1024;

Error ceremony_refuses(Cause cause, const std::string& what, const std::string& where, const std::string& todo = "") {
  return Error{.cause = cause, .what = what, .where = where, .todo = todo};
}

Path next_path(const Workspace& workspace) { return workspace.keys() / "next.root"; }
Path archived(const Workspace& workspace, uint32_t epoch) { return workspace.roots() / (std::to_string(epoch) + ".pub"); }

bool contains(const std::vector<PublicKey>& keys, const PublicKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// What signatures a change still asks for, of the role that may replace the root and of the new root's own.
struct Needs {
  const Role& before;
  const Role& after;
  std::vector<PublicKey> have;

  size_t of(const Role& role) const {
    const auto signers = static_cast<size_t>(
        std::count_if(have.begin(), have.end(), [&](const PublicKey& key) { return role.holds(key); }));
    return signers >= role.threshold ? 0 : role.threshold - signers;
  }
  // The fewest that will do: who holds a key of both signs for both.
  size_t least() const {
    const auto shared = static_cast<size_t>(std::count_if(before.keys.begin(), before.keys.end(), [&](const PublicKey& key) {
      return after.holds(key) && !contains(have, key);
    }));
    return of(before) + of(after) - std::min({of(before), of(after), shared});
  }
  bool helps(const PublicKey& key) const {
    if (contains(have, key)) return false;
    Needs with = *this;
    with.have.push_back(key);
    return with.least() < least();
  }
  std::vector<PublicKey> candidates() const {
    std::vector<PublicKey> keys = before.keys;
    for (const PublicKey& key : after.keys)
      if (!contains(keys, key)) keys.push_back(key);
    return keys;
  }
};

std::vector<PublicKey> helpful(const Needs& needs) {
  std::vector<PublicKey> keys = needs.candidates();
  std::erase_if(keys, [&](const PublicKey& key) { return !needs.helps(key); });
  return keys;
}

const Role& replacing(const TrustRoot& now, bool by_standby) { return by_standby ? now.standby : now.root; }

// The keys of `keys` that are at hand, whatever role their file is named after.
Result<std::vector<KeyPair>> held(KeyRing& ring, const std::vector<PublicKey>& keys) {
  std::vector<KeyPair> found;
  for (const RoleField& field : {kRoleFields[0], kRoleFields[1]}) {
    TRY(const std::vector<KeyPair> some, ring.find(field.name, keys));
    for (const KeyPair& pair : some)
      if (std::none_of(found.begin(), found.end(), [&](const KeyPair& other) { return other.public_key == pair.public_key; }))
        found.push_back(pair);
  }
  return found;
}

std::vector<PublicKey> public_halves(const std::vector<KeyPair>& pairs) {
  std::vector<PublicKey> keys;
  for (const KeyPair& pair : pairs) keys.push_back(pair.public_key);
  return keys;
}

// Of the keys that may sign, those that have: by the names in the signature blocks.
std::vector<PublicKey> signers_in(ByteView envelope, const std::vector<PublicKey>& candidates) {
  std::vector<PublicKey> found;
  for (const PublicKey& key : candidates)
    if (has_signed(envelope, key)) found.push_back(key);
  return found;
}

Result<void> install(FileSystem& files, const Workspace& workspace, uint32_t epoch, ByteView envelope) {
  TRY_DO(files.make_folder(workspace.roots()));
  TRY_DO(files.write_text(archived(workspace, epoch), root_pem(envelope)));
  TRY_DO(files.write_text(workspace.root(), root_pem(envelope)));
  return files.remove(next_path(workspace));
}

// Signs with what helps, and puts the root into force when nothing is missing any more.
Result<RootChange> go_on(FileSystem& files, const Workspace& workspace, const TrustRoot& now, const TrustRoot& next, bool by_standby,
                         const std::vector<KeyPair>& at_hand, Bytes envelope) {
  Needs needs{replacing(now, by_standby), next.root, {}};
  needs.have = signers_in(envelope, needs.candidates());
  for (const KeyPair& pair : at_hand) {
    if (!needs.helps(pair.public_key) || missing_signatures(envelope) == 0) continue;
    TRY_DO(add_signature(envelope, pair));
    needs.have.push_back(pair.public_key);
  }
  RootChange change{.root = next,
                    .signers = needs.have,
                    .may_sign = helpful(needs),
                    .missing = missing_signatures(envelope),
                    .file = next_path(workspace)};
  if (change.missing != 0) {
    TRY_DO(files.write_text(change.file, root_pem(envelope)));
    return change;
  }
  if (const mote_status status = follows(now, envelope); status != MOTE_OK)
    return ceremony_refuses(Cause::untrusted, std::string("no device would take this root: ") + mote_status_text(status),
                   next_path(workspace).string(), "remove it and begin again");
  TRY_DO(install(files, workspace, next.epoch, envelope));
  change.file = workspace.root();
  return change;
}

std::string names_of(const std::vector<PublicKey>& keys) {
  std::string names;
  for (const PublicKey& key : keys) names += " " + key_name(key);
  return names;
}

// What waits in next.root, and who has to sign it.
struct Proposal {
  TrustRoot now, next;
  bool by_standby = false;
  Bytes envelope;

  Needs needs() const {
    Needs needs{replacing(now, by_standby), next.root, {}};
    needs.have = signers_in(envelope, needs.candidates());
    return needs;
  }
};

Result<Proposal> read_proposal(FileSystem& files, const Workspace& workspace) {
  const Path path = next_path(workspace);
  Proposal found;
  TRY(found.now, read_root(files, workspace.root()));
  TRY(const Bytes text, files.read(path, kMaxRootFileBytes));
  TRY(found.envelope, root_envelope(text_of(text), path.string()));
  if (envelope_bytes(found.envelope) != found.envelope.size())
    return ceremony_refuses(Cause::untrusted, "is no root", path.string(), "make it again");
  TRY(found.next, read_root_document(payload_in(found.envelope), path.string()));
  for (const bool by_standby : {false, true}) {
    found.by_standby = by_standby;
    const bool goes = by_standby || found.now.standby == found.next.standby;
    if (goes && found.needs().least() <= missing_signatures(found.envelope)) return found;
  }
  return ceremony_refuses(Cause::untrusted, "is signed by keys that do not go together", path.string(),
                          "remove it and begin again");
}

Result<Role> make_role(const Workspace& workspace, const std::string& name, const Quorum& quorum,
                       const std::optional<std::string>& passphrase, NewKeyFiles& made, std::vector<KeyPair>& pairs) {
  Role role;
  role.threshold = quorum.threshold;
  for (uint32_t i = 0; i < quorum.keys; ++i) {
    TRY(const KeyPair pair, generate_key());
    TRY_DO(made.write(key_path(workspace, name, pair.public_key), pair, passphrase));
    role.keys.push_back(pair.public_key);
    pairs.push_back(pair);
  }
  return role;
}

}  // namespace

Result<Quorum> parse_quorum(const std::string& text) {
  Quorum quorum;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, quorum.threshold);
  const bool separated = first.ec == std::errc() && end - first.ptr > 2 && std::string_view(first.ptr, 2) == "of";
  const auto second = separated ? std::from_chars(first.ptr + 2, end, quorum.keys) : first;
  if (!separated || second.ec != std::errc() || second.ptr != end || quorum.threshold < 1 || quorum.keys < quorum.threshold ||
      quorum.keys > kMaxRoleKeys)
    return ceremony_refuses(Cause::usage, "is no number of signatures and keys", text, "write it like 2of3, with at most 5 keys");
  return quorum;
}

Result<TrustRoot> init_keys(FileSystem& files, const Workspace& workspace, const std::map<std::string, Quorum>& quorums,
                            const std::optional<std::string>& passphrase) {
  if (files.exists(workspace.root()))
    return ceremony_refuses(Cause::failed, "exists already, and keys are never replaced by new ones: devices that trust it would be lost",
                   workspace.root().string(), "use it, or change its keys with: mote keys add, rotate or revoke");
  TRY_DO(files.make_folder(workspace.folder, Access::owner_only));
  TRY_DO(files.make_folder(workspace.keys(), Access::owner_only));
  NewKeyFiles made(files);
  TrustRoot root;
  std::vector<KeyPair> root_keys;
  for (const RoleField& field : kRoleFields) {
    const auto quorum = quorums.find(field.name);
    std::vector<KeyPair> pairs;
    TRY(root.*field.role,
        make_role(workspace, field.name, quorum == quorums.end() ? Quorum{} : quorum->second, passphrase, made, pairs));
    if (field.role == &TrustRoot::root) root_keys = std::move(pairs);
  }
  root_keys.resize(root.root.threshold);
  TRY(const Bytes document, root_document(root));
  TRY(const Bytes envelope, seal_with(EnvelopeType::root, root.epoch, root.root.threshold, root_keys, document));
  made.add(archived(workspace, root.epoch));
  TRY_DO(install(files, workspace, root.epoch, envelope));
  made.keep();
  return root;
}

Result<TrustRoot> edited(const TrustRoot& now, const RootEdit& edit) {
  TrustRoot next = now;
  next.epoch = now.epoch + 1;
  Role& role = next.*edit.role.role;
  role.epoch = next.epoch;
  for (const PublicKey& key : edit.leave) {
    if (!role.holds(key))
      return ceremony_refuses(Cause::usage, std::string("is no key of the ") + edit.role.name + " role", key_name(key),
                     "see which there are with: mote keys show");
    role.keys.erase(std::find(role.keys.begin(), role.keys.end(), key));
    next.removed.push_back(removed_key_of(key));
  }
  role.keys.insert(role.keys.end(), edit.join.begin(), edit.join.end());
  if (edit.threshold) role.threshold = *edit.threshold;
  if (role.keys.empty())
    return ceremony_refuses(Cause::usage, "would have no key left", std::string("role ") + edit.role.name,
                            std::string("put a new one in its place: mote keys rotate ") + edit.role.name);
  if (role.threshold > role.keys.size())
    return ceremony_refuses(Cause::usage,
                   "would ask for " + std::to_string(role.threshold) + " signatures of " + std::to_string(role.keys.size()) + " keys",
                   std::string("role ") + edit.role.name, "add keys too, or lower it with --threshold");
  TRY_DO(root_document(next));
  return next;
}

std::vector<PublicKey> signers_of_change(const TrustRoot& now, const TrustRoot& next, bool by_standby,
                                         const std::vector<PublicKey>& at_hand) {
  Needs needs{replacing(now, by_standby), next.root, {}};
  std::vector<PublicKey> candidates = needs.candidates();
  std::stable_partition(candidates.begin(), candidates.end(), [&](const PublicKey& key) { return contains(at_hand, key); });
  for (bool found = true; found && needs.least() > 0;) {
    const auto helper = std::find_if(candidates.begin(), candidates.end(), [&](const PublicKey& key) { return needs.helps(key); });
    found = helper != candidates.end();
    if (found) needs.have.push_back(*helper);
  }
  return needs.have;
}

Result<RootChange> propose_root(FileSystem& files, const Workspace& workspace, KeyRing& ring, const TrustRoot& next, bool by_standby) {
  if (files.exists(next_path(workspace)))
    return ceremony_refuses(Cause::failed, "another change of the keys waits for signatures", next_path(workspace).string(),
                   "sign it with: mote keys sign, or remove it");
  TRY(const TrustRoot now, read_root(files, workspace.root()));
  const bool standby = by_standby || now.standby != next.standby;
  const Needs needs{replacing(now, standby), next.root, {}};
  TRY(const std::vector<KeyPair> at_hand, held(ring, needs.candidates()));
  const std::vector<PublicKey> signers = signers_of_change(now, next, standby, public_halves(at_hand));
  TRY(const Bytes document, root_document(next));
  TRY(Bytes envelope, seal_with(EnvelopeType::root, next.epoch, signers.size(), {}, document));
  return go_on(files, workspace, now, next, standby, at_hand, std::move(envelope));
}

Result<std::optional<RootChange>> waiting_root(FileSystem& files, const Workspace& workspace) {
  if (!files.exists(next_path(workspace))) return std::optional<RootChange>();
  TRY(const Proposal waits, read_proposal(files, workspace));
  const Needs needs = waits.needs();
  return std::optional(RootChange{.root = waits.next,
                                  .signers = needs.have,
                                  .may_sign = helpful(needs),
                                  .missing = missing_signatures(waits.envelope),
                                  .file = next_path(workspace)});
}

Result<RootChange> sign_proposal(FileSystem& files, const Workspace& workspace, KeyRing& ring) {
  if (!files.exists(next_path(workspace)))
    return ceremony_refuses(Cause::usage, "is not there: no change of the keys waits for a signature",
                            next_path(workspace).string(),
                            "begin one with mote keys add, rotate or revoke; or name the draft of a bundle");
  TRY(const Proposal waits, read_proposal(files, workspace));
  TRY(const std::vector<KeyPair> at_hand, held(ring, waits.needs().candidates()));
  return go_on(files, workspace, waits.now, waits.next, waits.by_standby, at_hand, waits.envelope);
}

Result<std::map<uint32_t, Bytes>> all_roots(FileSystem& files, const Workspace& workspace) {
  std::map<uint32_t, Bytes> roots;
  TRY(const std::vector<Path> entries, files.list(workspace.roots()));
  for (const Path& path : entries) {
    TRY(const Bytes text, files.read(path, kMaxRootFileBytes));
    TRY(Bytes envelope, root_envelope(text_of(text), path.string()));
    TRY(const TrustRoot root, open_root(envelope, path.string()));
    roots[root.epoch] = std::move(envelope);
  }
  return roots;
}

const Bytes* next_root_for(const std::map<uint32_t, Bytes>& roots, uint32_t epoch) {
  const auto now = roots.find(epoch);
  if (now == roots.end()) return nullptr;
  const Result<TrustRoot> trusted = open_root(now->second, "");
  if (!trusted.ok()) return nullptr;
  for (auto root = roots.rbegin(); root != roots.rend() && root->first > epoch; ++root)
    if (follows(*trusted, root->second) == MOTE_OK) return &root->second;
  return nullptr;
}

NewKeyFiles::~NewKeyFiles() {
  for (const Path& path : paths_) (void)files_.remove(path);
}

Result<void> NewKeyFiles::write(const Path& path, const KeyPair& pair, const std::optional<std::string>& passphrase) {
  TRY_DO(write_private_key(files_, path, pair, passphrase));
  paths_.push_back(path);
  return {};
}

std::string to_text(const RootChange& change) {
  const std::string signers = names_of(change.signers);
  const std::string head = "root epoch " + std::to_string(change.root.epoch);
  if (change.missing == 0) return head + " is in force: " + change.file.string() + ", signed by" + signers + "\n";
  return head + " waits in " + change.file.string() + ": " + signatures_missing(change.missing) +
         (signers.empty() ? "" : ", signed by" + signers) +
         (change.may_sign.empty() ? "" : "; who may still sign:" + names_of(change.may_sign)) +
         "\n  give this file to the holders of the other keys: mote keys sign --key FILE\n";
}

Json to_json(const RootChange& change) {
  Json signers = Json::array(), may_sign = Json::array();
  for (const PublicKey& key : change.signers) signers.push_back(key_name(key));
  for (const PublicKey& key : change.may_sign) may_sign.push_back(key_name(key));
  return {{"epoch", change.root.epoch},
          {"file", change.file.string()},
          {"missing", change.missing},
          {"signers", signers},
          {"may_sign", may_sign}};
}

}  // namespace mote
