// The one signed container: image, directive, report, time beacon, state, root (docs/spec/envelope.md).
//
//     offset  bytes
//          0      4  magic "MOTS"
//          4      1  type, EnvelopeType
//          5      1  version, 2
//          6      1  signatures s, 1 to 10
//          7      1  reserved, 0
//          8      4  payload length n, little-endian
//         12      4  epoch of the role whose keys sign; 0 for what a device signs
//         16      n  payload
//       16+n   68 s  signatures, by ascending key id: key id (the first 4 bytes of SHA-256 over the public key, x then y), then
//                    ECDSA P-256, r then s, over SHA-256 of bytes 0 .. 16+n
#pragma once

#include "device/port/crypto.h"
#include "device/update/trust.h"

namespace mote {

enum class EnvelopeType : uint8_t { image = 1, directive = 2, report = 3, time = 4, state = 5, root = 6 };

constexpr size_t kEnvelopeHeaderBytes = 16;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kSignatureBlockBytes = kKeyIdBytes + kSignatureBytes;
constexpr size_t kMaxSignatures = 2 * kMaxRoleKeys;  // a root's: the old role's and its own
constexpr size_t kMaxRootEnvelopeBytes = kEnvelopeHeaderBytes + kMaxRootBytes + kMaxSignatures * kSignatureBlockBytes;

constexpr size_t envelope_overhead(size_t signatures) { return kEnvelopeHeaderBytes + signatures * kSignatureBlockBytes; }
constexpr size_t kEnvelopeOverhead = envelope_overhead(1);  // of what one key signs

// What an envelope holds; points into the caller's bytes.
struct Opened {
  const uint8_t* payload;
  uint32_t payload_bytes;
  uint32_t epoch;
  const uint8_t* signatures;  // [signature_count][kSignatureBlockBytes]
  uint32_t signature_count;
  uint32_t envelope_bytes;  // header, payload and signatures; what follows in `bytes` is not part of it
  uint32_t proof;           // the sum of what was found about its signatures
};

// Whether as many signatures as the set asks for were found good: once more, for whoever acts on the document, so that no one
// branch decides (docs/threat-model.md, fault injection).
inline bool is_proved(uint32_t proof, const KeySet& signers) {
  return signers.threshold != 0 && proof == signers.threshold * static_cast<uint32_t>(Trusted::yes);
}

void key_id_of(const Crypto& crypto, const uint8_t key[kPublicKeyBytes], uint8_t id[kKeyIdBytes]);

// The outer form only: magic, version, signature count, type, length, and key ids that ascend. Believes nothing.
// MOTE_TRUNCATED, MOTE_MALFORMED, MOTE_UNSUPPORTED_VERSION, MOTE_WRONG_TYPE, MOTE_WRONG_SIGNERS
mote_status read_envelope(EnvelopeType type, const uint8_t* bytes, size_t count, Opened* opened);

// Checks the outer form, the epoch, that exactly `signers.threshold` keys have signed, and each signature, in this order, and
// parses nothing of the payload. Bytes after the envelope are allowed: a caller that expects none compares opened.envelope_bytes
// with `count`.
//
// As read_envelope; MOTE_WRONG_EPOCH, MOTE_WRONG_SIGNERS, MOTE_UNKNOWN_KEY, MOTE_BAD_SIGNATURE
mote_status open_envelope(const Crypto& crypto, EnvelopeType type, const KeySet& signers, const uint8_t* bytes, size_t count,
                          Opened* opened);

// How many of the signatures are good ones by keys of `set`. MOTE_BAD_SIGNATURE when one that names a key of it is not. `theirs`
// has a bit set for each signature that is by such a key. What was found is summed up in `opened`.
mote_status count_signers(const Crypto& crypto, Opened* opened, const KeySet& set, uint32_t* signers, uint32_t* theirs);

// Writes header and signature around a payload that already stands at bytes + kEnvelopeHeaderBytes: what one device says, epoch
// 0. `public_key` is the one of `private_key`. False only when the crypto port fails.
bool seal_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t private_key[kPrivateKeyBytes],
                   const uint8_t public_key[kPublicKeyBytes], uint8_t* bytes, uint32_t payload_bytes);

// The parts of sealing, for documents of several keys: the header, and one signature block over header and payload.
void write_envelope_header(EnvelopeType type, uint32_t epoch, uint32_t signatures, uint32_t payload_bytes,
                           uint8_t bytes[kEnvelopeHeaderBytes]);
bool write_signature(const Crypto& crypto, const uint8_t private_key[kPrivateKeyBytes], const uint8_t public_key[kPublicKeyBytes],
                     const uint8_t* bytes, size_t signed_bytes, uint8_t block[kSignatureBlockBytes]);

}  // namespace mote
