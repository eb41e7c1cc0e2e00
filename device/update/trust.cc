// Root documents: whether one is sound, and whether it may follow another (docs/spec/trust.md).
#include "device/update/trust.h"

#include <string.h>

#include "device/update/envelope.h"

namespace mote {
namespace {

// Fields in the order of root.fbs.
enum RootField { kEpoch, kRoot, kStandby, kImage, kDirector, kRemoved };
enum RoleField { kRoleEpoch, kThreshold, kKeys };

constexpr uint32_t kRoles = 4;

KeySet read_role(const FlatTable& root, uint32_t field) {
  FlatReader* reader = root.reader;
  KeySet role{};
  const uint32_t at = flat_field(root, field, 4);
  if (at == 0) reader->ok = false;
  if (!reader->ok) return role;
  const FlatTable table = flat_table_at(reader, flat_follow(reader, at));
  const FlatVector keys = flat_vector(table, kKeys, 1, 1);
  role.epoch = flat_scalar<uint32_t>(table, kRoleEpoch, 0);
  role.threshold = flat_scalar<uint8_t>(table, kThreshold, 0);
  role.count = keys.count / kPublicKeyBytes;
  role.keys = keys.data;
  if (keys.count % kPublicKeyBytes != 0) reader->ok = false;
  return role;
}

const KeySet& role_at(const Trust& trust, uint32_t index) {
  const KeySet* roles[kRoles] = {&trust.root, &trust.standby, &trust.image, &trust.director};
  return *roles[index];
}

// K2: as many signatures are asked for as there are keys to make them; keys changed no later than this root.
bool is_sound(const KeySet& role, uint32_t epoch) {
  return role.count >= 1 && role.count <= kMaxRoleKeys && role.threshold >= 1 && role.threshold <= role.count &&
         role.epoch >= 1 && role.epoch <= epoch;
}

struct KeyName {
  uint8_t id[kRemovedIdBytes];
};

KeyName name_of(const Crypto& crypto, const uint8_t* key) {
  uint8_t digest[kDigestBytes];
  digest_of(crypto, key, kPublicKeyBytes, digest);
  KeyName name;
  memcpy(name.id, digest, sizeof name.id);
  return name;
}

bool is_removed(const Trust& trust, const KeyName& name) {
  for (uint32_t i = 0; i < trust.removed_count; ++i)
    if (memcmp(trust.removed + i * kRemovedIdBytes, name.id, kRemovedIdBytes) == 0) return true;
  return false;
}

// The names of all keys of all roles, one after the other. Who has such a list has a frame of its own, so that it is gone again when
// signatures are checked, which takes the most stack.
struct Named {
  KeyName names[kRoles * kMaxRoleKeys];
  uint32_t count;
};

void name_all(const Crypto& crypto, const Trust& trust, Named* named) {
  named->count = 0;
  for (uint32_t r = 0; r < kRoles; ++r)
    for (uint32_t i = 0; i < role_at(trust, r).count; ++i)
      named->names[named->count++] = name_of(crypto, key_at(role_at(trust, r), i));
}

bool holds(const Named& named, const KeyName& name) {
  for (uint32_t i = 0; i < named.count; ++i)
    if (memcmp(named.names[i].id, name.id, sizeof name.id) == 0) return true;
  return false;
}

// K3, K4: an envelope names keys by four bytes, so no two keys of a root may have them in common; and no key that was removed is back.
[[gnu::noinline]] bool keys_are_distinct(const Crypto& crypto, const Trust& trust) {
  Named named;
  name_all(crypto, trust, &named);
  for (uint32_t i = 0; i < named.count; ++i) {
    if (is_removed(trust, named.names[i])) return false;
    for (uint32_t k = 0; k < i; ++k)
      if (memcmp(named.names[i].id, named.names[k].id, kKeyIdBytes) == 0) return false;
  }
  return true;
}

// K8: what was removed stays removed, and every key that has left is among it.
[[gnu::noinline]] bool remembers_removed(const Crypto& crypto, const Trust& now, const Trust& next) {
  for (uint32_t i = 0; i < now.removed_count; ++i) {
    KeyName name;
    memcpy(name.id, now.removed + i * kRemovedIdBytes, sizeof name.id);
    if (!is_removed(next, name)) return false;
  }
  Named before, after;
  name_all(crypto, now, &before);
  name_all(crypto, next, &after);
  for (uint32_t i = 0; i < before.count; ++i)
    if (!holds(after, before.names[i]) && !is_removed(next, before.names[i])) return false;
  return true;
}

bool enough(uint32_t signers, const KeySet& role) { return role.threshold != 0 && signers >= role.threshold; }

// The same by the sum of what was found about each.
bool enough_by_sum(uint32_t sum, const KeySet& role) {
  for (uint32_t signers = role.threshold; signers != 0 && signers <= role.count; ++signers)
    if (sum == signers * static_cast<uint32_t>(Trusted::yes)) return true;
  return false;
}

struct Signed {
  uint32_t signers, theirs;
};

mote_status count_role(const Crypto& crypto, Opened* opened, const KeySet& role, Signed* by, uint32_t* sum) {
  opened->proof = 0;
  const mote_status status = count_signers(crypto, opened, role, &by->signers, &by->theirs);
  *sum = opened->proof;
  return status;
}

// K7: a role's epoch never falls, and rises when its keys are others: the counters of its documents belong to it.
bool epochs_follow(const Trust& now, const Trust& next) {
  for (uint32_t r = 0; r < kRoles; ++r) {
    const KeySet &before = role_at(now, r), &after = role_at(next, r);
    if (after.epoch < before.epoch || (after.epoch == before.epoch && !same_keys(before, after))) return false;
  }
  return true;
}

}  // namespace

KeySet single_key(const uint8_t key[kPublicKeyBytes]) { return KeySet{key, 1, 1, 0}; }

bool same_keys(const KeySet& a, const KeySet& b) {
  return a.count == b.count && a.threshold == b.threshold && memcmp(a.keys, b.keys, a.count * kPublicKeyBytes) == 0;
}

mote_status read_trust(const Crypto& crypto, const uint8_t* bytes, size_t count, Trust* trust) {
  if (count > kMaxRootBytes) return MOTE_MALFORMED;
  FlatReader reader{bytes, static_cast<uint32_t>(count)};
  const FlatTable table = flat_root(&reader);
  trust->epoch = flat_scalar<uint32_t>(table, kEpoch, 0);
  trust->root = read_role(table, kRoot);
  trust->standby = read_role(table, kStandby);
  trust->image = read_role(table, kImage);
  trust->director = read_role(table, kDirector);
  const FlatVector removed = flat_vector(table, kRemoved, 1, 1);
  trust->removed = removed.data;
  trust->removed_count = removed.count / kRemovedIdBytes;
  if (!reader.ok || trust->epoch == 0 || removed.count % kRemovedIdBytes != 0 || trust->removed_count > kMaxRemovedKeys)
    return MOTE_MALFORMED;
  for (uint32_t r = 0; r < kRoles; ++r)
    if (!is_sound(role_at(*trust, r), trust->epoch)) return MOTE_MALFORMED;
  return keys_are_distinct(crypto, *trust) ? MOTE_OK : MOTE_MALFORMED;
}

bool is_proved(const RootProof& proof, const Trust& now, const Trust& next) {
  return (enough_by_sum(proof.root, now.root) || enough_by_sum(proof.standby, now.standby)) &&
         enough_by_sum(proof.own, next.root);
}

mote_status read_successor(const Crypto& crypto, const Trust& now, const uint8_t* bytes, size_t count, Trust* next,
                           RootProof* proof) {
  if (count > kMaxRootEnvelopeBytes) return MOTE_MALFORMED;
  Opened opened;
  mote_status status = read_envelope(EnvelopeType::root, bytes, count, &opened);
  if (status != MOTE_OK) return status;
  if (opened.envelope_bytes != count) return MOTE_MALFORMED;

  // K6: those who may replace the root, before a byte of it is parsed.
  Signed by_root, by_standby;
  status = count_role(crypto, &opened, now.root, &by_root, &proof->root);
  if (status == MOTE_OK) status = count_role(crypto, &opened, now.standby, &by_standby, &proof->standby);
  if (status != MOTE_OK) return status;
  const bool root_agrees = enough(by_root.signers, now.root), standby_agrees = enough(by_standby.signers, now.standby);
  if (!root_agrees && !standby_agrees) return MOTE_UNKNOWN_KEY;

  // And its own root keys, so that nobody is put in charge who does not hold them. No signature may be left over.
  Trust found;
  status = read_trust(crypto, opened.payload, opened.payload_bytes, &found);
  if (status != MOTE_OK) return status;
  Signed by_own;
  status = count_role(crypto, &opened, found.root, &by_own, &proof->own);
  if (status != MOTE_OK) return status;
  const uint32_t theirs = by_root.theirs | by_standby.theirs | by_own.theirs;
  if (!enough(by_own.signers, found.root) || theirs != (1u << opened.signature_count) - 1) return MOTE_UNKNOWN_KEY;

  if (opened.epoch != found.epoch) return MOTE_WRONG_EPOCH;
  if (found.epoch <= now.epoch) return MOTE_STALE_ROOT;
  if (found.epoch - now.epoch > kMaxCounterJump) return MOTE_COUNTER_JUMP;
  const bool allowed = (standby_agrees || same_keys(now.standby, found.standby)) && epochs_follow(now, found) &&
                       remembers_removed(crypto, now, found);
  if (!allowed) return MOTE_FORBIDDEN_CHANGE;
  *next = found;
  return MOTE_OK;
}

}  // namespace mote
