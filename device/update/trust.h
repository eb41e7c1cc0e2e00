// Whom a device believes: the roles of a root document and their keys, read in place, and which root may follow which
// (docs/spec/trust.md).
#pragma once

#include "device/format/view.h"
#include "device/port/crypto.h"

namespace mote {

constexpr size_t kMaxRoleKeys = 5;
constexpr size_t kMaxRemovedKeys = 32;
constexpr size_t kRemovedIdBytes = 16;
constexpr size_t kMaxRootBytes = 2048;        // of a root document: four roles of five keys, the removed ones, and offsets
constexpr uint32_t kMaxCounterJump = 65'536;  // of an epoch, a release or a sequence, at once (K9)

// The keys of one role. `keys` points into the document.
struct KeySet {
  const uint8_t* keys;  // [count][kPublicKeyBytes]
  uint32_t count;
  uint32_t threshold;
  uint32_t epoch;
};

struct Trust {
  uint32_t epoch;
  KeySet root, standby, image, director;
  const uint8_t* removed;  // [removed_count][kRemovedIdBytes]
  uint32_t removed_count;
};

// The one key of a device, which signs what it says: epoch 0, threshold 1.
KeySet single_key(const uint8_t key[kPublicKeyBytes]);

inline const uint8_t* key_at(const KeySet& set, uint32_t index) { return set.keys + index * kPublicKeyBytes; }

// Whether both hold the same keys in the same order and ask for as many signatures.
bool same_keys(const KeySet& a, const KeySet& b);

// K1 to K5: a root document that is sound in itself. MOTE_MALFORMED otherwise.
mote_status read_trust(const Crypto& crypto, const uint8_t* bytes, size_t count, Trust* trust);

// What was found about a root's signatures by those who may have signed it: sums of Trusted (port/crypto.h).
struct RootProof {
  uint32_t root, standby, own;
};

// K6 by the sums alone: once more, for whoever acts on the root, so that no one branch decides (docs/threat-model.md, fault
// injection).
bool is_proved(const RootProof& proof, const Trust& now, const Trust& next);

// A whole root envelope, with nothing after it, as the successor of `now`: signed by enough of the root's keys or of the standby's
// before anything of it is parsed, then by enough of its own; and changing only what it may (K6 to K9). `next` points into `bytes`.
//
// MOTE_STALE_ROOT for an epoch that is not higher, MOTE_COUNTER_JUMP for one that is too high, MOTE_FORBIDDEN_CHANGE for a change
// that it may not make; and what open_envelope and read_trust answer.
mote_status read_successor(const Crypto& crypto, const Trust& now, const uint8_t* bytes, size_t count, Trust* next,
                           RootProof* proof);

}  // namespace mote
