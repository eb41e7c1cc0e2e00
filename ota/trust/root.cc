// Roots through flatc's builders on the way out, and through the device's own reader on the way in.
#include "ota/trust/root.h"

#include <algorithm>

#include "base/sha256.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/trust/der.h"
#include "root_generated.h"

namespace mote {
namespace {

constexpr const char* kRootLabel = "MOTE ROOT";
constexpr size_t kMaxRootPemBytes = size_t{8} * 1024;

Error untrusted_root(const std::string& what, const std::string& where) {
  return Error{.cause = Cause::untrusted, .what = what, .where = where, .todo = "get the project's root.pub again"};
}

Error untrusted_root(mote_status status, const std::string& where) {
  return untrusted_root(std::string(mote_status_text(status)) + " (" + mote_status_name(status) + ")", where);
}

flatbuffers::Offset<format::Role> flat(flatbuffers::FlatBufferBuilder& builder, const Role& role) {
  Bytes keys;
  for (const PublicKey& key : role.keys) append(keys, key);
  return format::CreateRole(builder, role.epoch, static_cast<uint8_t>(role.threshold), builder.CreateVector(keys));
}

Role role_of(const KeySet& set) {
  Role role;
  role.epoch = set.epoch;
  role.threshold = set.threshold;
  for (uint32_t i = 0; i < set.count; ++i) std::copy_n(key_at(set, i), kPublicKeyBytes, role.keys.emplace_back().begin());
  return role;
}

TrustRoot root_of(const Trust& trust) {
  TrustRoot root{.epoch = trust.epoch,
                 .root = role_of(trust.root),
                 .standby = role_of(trust.standby),
                 .image = role_of(trust.image),
                 .director = role_of(trust.director),
                 .removed = {}};
  for (uint32_t i = 0; i < trust.removed_count; ++i)
    std::copy_n(trust.removed + i * kRemovedIdBytes, kRemovedIdBytes, root.removed.emplace_back().begin());
  return root;
}

// Every signature is by one of its own root keys, or by a key that it does not know: the root's before it.
Result<void> check_own_signatures(Opened opened, const Trust& trust, const std::string& where) {
  uint32_t signers = 0, theirs = 0;
  const mote_status status = count_signers(mbedtls_crypto(), &opened, trust.root, &signers, &theirs);
  if (status != MOTE_OK) return untrusted_root(status, where);
  if (signers < trust.root.threshold)
    return untrusted_root("is signed by " + std::to_string(signers) + " of the " + std::to_string(trust.root.threshold) +
                         " root keys that it asks for",
                     where);
  return {};
}

}  // namespace

bool Role::holds(const PublicKey& key) const { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

RemovedKey removed_key_of(const PublicKey& key) {
  const Digest digest = sha256(key);
  RemovedKey removed;
  std::copy_n(digest.begin(), removed.size(), removed.begin());
  return removed;
}

Result<RoleField> role_named(const std::string& name) {
  for (const RoleField& field : kRoleFields)
    if (name == field.name) return field;
  return Error{.cause = Cause::usage, .what = "is no role", .where = name, .todo = "roles are root, standby, image and director"};
}

Result<Bytes> root_document(const TrustRoot& root) {
  flatbuffers::FlatBufferBuilder builder;
  const auto own = flat(builder, root.root), standby = flat(builder, root.standby), image = flat(builder, root.image),
             director = flat(builder, root.director);
  Bytes names;
  for (const RemovedKey& removed : root.removed) append(names, removed);
  const auto removed = builder.CreateVector(names);
  builder.Finish(format::CreateRoot(builder, root.epoch, own, standby, image, director, removed));
  Bytes document(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  Trust trust;
  if (read_trust(mbedtls_crypto(), document.data(), document.size(), &trust) != MOTE_OK)
    return Error{.cause = Cause::usage,
                 .what = "no device would accept this root: each role has 1 to 5 keys and asks for at most as many signatures, no key "
                         "stands in it twice, none that was removed comes back, and at most 32 are removed",
                 .where = "root epoch " + std::to_string(root.epoch),
                 .todo = ""};
  return document;
}

Result<TrustRoot> read_root_document(ByteView document, const std::string& where) {
  Trust trust;
  const mote_status status = read_trust(mbedtls_crypto(), document.data(), document.size(), &trust);
  if (status != MOTE_OK) return untrusted_root(status, where);
  return root_of(trust);
}

Result<TrustRoot> open_root(ByteView envelope, const std::string& where) {
  Opened opened;
  mote_status status = read_envelope(EnvelopeType::root, envelope.data(), envelope.size(), &opened);
  if (status == MOTE_OK && opened.envelope_bytes != envelope.size()) status = MOTE_MALFORMED;
  if (status != MOTE_OK) return untrusted_root(status, where);
  Trust trust;
  status = read_trust(mbedtls_crypto(), opened.payload, opened.payload_bytes, &trust);
  if (status == MOTE_OK && opened.epoch != trust.epoch) status = MOTE_WRONG_EPOCH;
  if (status != MOTE_OK) return untrusted_root(status, where);
  TRY_DO(check_own_signatures(opened, trust, where));
  return root_of(trust);
}

mote_status follows(const TrustRoot& now, ByteView envelope) {
  const Result<Bytes> document = root_document(now);
  Trust before, after;
  if (!document.ok() || read_trust(mbedtls_crypto(), document->data(), document->size(), &before) != MOTE_OK) return MOTE_MALFORMED;
  RootProof proof{};
  return read_successor(mbedtls_crypto(), before, envelope.data(), envelope.size(), &after, &proof);
}

std::string root_pem(ByteView envelope) { return der::pem(kRootLabel, envelope); }

Result<Bytes> root_envelope(std::string_view pem, const std::string& where) {
  std::optional<Bytes> envelope = der::from_pem(kRootLabel, pem);
  if (!envelope) return untrusted_root("is no root (a PEM file that begins with -----BEGIN MOTE ROOT-----)", where);
  return std::move(*envelope);
}

Result<TrustRoot> read_root(FileSystem& files, const Path& path) {
  TRY(const Bytes text, files.read(path, kMaxRootPemBytes));
  TRY(const Bytes envelope, root_envelope(text_of(text), path.string()));
  return open_root(envelope, path.string());
}

}  // namespace mote
