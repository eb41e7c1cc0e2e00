// Opening and sealing the signed container: nothing of the payload is looked at (docs/spec/envelope.md, E1 to E5).
#include "device/update/envelope.h"

#include <string.h>

namespace mote {
namespace {

constexpr uint8_t kMagic[4] = {'M', 'O', 'T', 'S'};
constexpr uint8_t kVersion = 2;

constexpr size_t kTypeAt = 4;
constexpr size_t kVersionAt = 5;
constexpr size_t kSignaturesAt = 6;
constexpr size_t kReservedAt = 7;
constexpr size_t kLengthAt = 8;
constexpr size_t kEpochAt = 12;

const uint8_t* block_at(const Opened& opened, uint32_t index) { return opened.signatures + index * kSignatureBlockBytes; }

// Each key id is higher than the one before it, so that no key counts twice.
bool ascend(const Opened& opened) {
  for (uint32_t i = 1; i < opened.signature_count; ++i)
    if (memcmp(block_at(opened, i - 1), block_at(opened, i), kKeyIdBytes) >= 0) return false;
  return true;
}

void digest_signed(const Crypto& crypto, const Opened& opened, uint8_t digest[kDigestBytes]) {
  digest_of(crypto, opened.payload - kEnvelopeHeaderBytes, kEnvelopeHeaderBytes + opened.payload_bytes, digest);
}

// The key of the set that the block names, or null.
const uint8_t* named_key(const Crypto& crypto, const KeySet& set, const uint8_t* block) {
  for (uint32_t i = 0; i < set.count; ++i) {
    uint8_t id[kKeyIdBytes];
    key_id_of(crypto, key_at(set, i), id);
    if (memcmp(id, block, kKeyIdBytes) == 0) return key_at(set, i);
  }
  return nullptr;
}

}  // namespace

void key_id_of(const Crypto& crypto, const uint8_t key[kPublicKeyBytes], uint8_t id[kKeyIdBytes]) {
  uint8_t digest[kDigestBytes];
  digest_of(crypto, key, kPublicKeyBytes, digest);
  memcpy(id, digest, kKeyIdBytes);
}

mote_status read_envelope(EnvelopeType type, const uint8_t* bytes, size_t count, Opened* opened) {
  if (count < kEnvelopeHeaderBytes) return MOTE_TRUNCATED;
  if (memcmp(bytes, kMagic, sizeof kMagic) != 0) return MOTE_MALFORMED;
  if (bytes[kVersionAt] != kVersion) return MOTE_UNSUPPORTED_VERSION;
  if (bytes[kReservedAt] != 0) return MOTE_MALFORMED;
  if (bytes[kTypeAt] != static_cast<uint8_t>(type)) return MOTE_WRONG_TYPE;
  opened->proof = 0;
  opened->signature_count = bytes[kSignaturesAt];
  if (opened->signature_count == 0 || opened->signature_count > kMaxSignatures) return MOTE_WRONG_SIGNERS;

  memcpy(&opened->payload_bytes, bytes + kLengthAt, sizeof opened->payload_bytes);
  memcpy(&opened->epoch, bytes + kEpochAt, sizeof opened->epoch);
  const size_t overhead = envelope_overhead(opened->signature_count);
  if (count < overhead || opened->payload_bytes > count - overhead) return MOTE_TRUNCATED;
  opened->payload = bytes + kEnvelopeHeaderBytes;
  opened->signatures = opened->payload + opened->payload_bytes;
  opened->envelope_bytes = static_cast<uint32_t>(overhead) + opened->payload_bytes;
  return ascend(*opened) ? MOTE_OK : MOTE_WRONG_SIGNERS;
}

mote_status count_signers(const Crypto& crypto, Opened* opened, const KeySet& set, uint32_t* signers, uint32_t* theirs) {
  uint8_t digest[kDigestBytes];
  digest_signed(crypto, *opened, digest);
  *signers = 0;
  *theirs = 0;
  for (uint32_t i = 0; i < opened->signature_count; ++i) {
    const uint8_t* block = block_at(*opened, i);
    const uint8_t* key = named_key(crypto, set, block);
    if (key == nullptr) continue;
    const Trusted trusted = crypto.verify(crypto.context, key, digest, block + kKeyIdBytes);
    opened->proof += static_cast<uint32_t>(trusted);
    if (trusted != Trusted::yes) return MOTE_BAD_SIGNATURE;
    ++*signers;
    *theirs |= 1u << i;
  }
  return MOTE_OK;
}

mote_status open_envelope(const Crypto& crypto, EnvelopeType type, const KeySet& signers, const uint8_t* bytes, size_t count,
                          Opened* opened) {
  mote_status status = read_envelope(type, bytes, count, opened);
  if (status != MOTE_OK) return status;
  if (opened->epoch != signers.epoch) return MOTE_WRONG_EPOCH;
  if (opened->signature_count != signers.threshold) return MOTE_WRONG_SIGNERS;
  uint32_t signed_by = 0, theirs = 0;
  status = count_signers(crypto, opened, signers, &signed_by, &theirs);
  if (status != MOTE_OK) return status;
  return signed_by == signers.threshold ? MOTE_OK : MOTE_UNKNOWN_KEY;
}

void write_envelope_header(EnvelopeType type, uint32_t epoch, uint32_t signatures, uint32_t payload_bytes,
                           uint8_t bytes[kEnvelopeHeaderBytes]) {
  memcpy(bytes, kMagic, sizeof kMagic);
  bytes[kTypeAt] = static_cast<uint8_t>(type);
  bytes[kVersionAt] = kVersion;
  bytes[kSignaturesAt] = static_cast<uint8_t>(signatures);
  bytes[kReservedAt] = 0;
  memcpy(bytes + kLengthAt, &payload_bytes, sizeof payload_bytes);
  memcpy(bytes + kEpochAt, &epoch, sizeof epoch);
}

bool write_signature(const Crypto& crypto, const uint8_t private_key[kPrivateKeyBytes], const uint8_t public_key[kPublicKeyBytes],
                     const uint8_t* bytes, size_t signed_bytes, uint8_t block[kSignatureBlockBytes]) {
  uint8_t digest[kDigestBytes];
  digest_of(crypto, bytes, signed_bytes, digest);
  key_id_of(crypto, public_key, block);
  return crypto.sign(crypto.context, private_key, digest, block + kKeyIdBytes);
}

bool seal_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t private_key[kPrivateKeyBytes],
                   const uint8_t public_key[kPublicKeyBytes], uint8_t* bytes, uint32_t payload_bytes) {
  write_envelope_header(type, 0, 1, payload_bytes, bytes);
  const size_t signed_bytes = kEnvelopeHeaderBytes + payload_bytes;
  return write_signature(crypto, private_key, public_key, bytes, signed_bytes, bytes + signed_bytes);
}

}  // namespace mote
