// Opening and sealing the signed container: nothing of the payload is looked at (docs/spec/envelope.md, E1 to E5).
#include "device/update/envelope.h"

#include <string.h>

namespace mote {
namespace {

constexpr uint8_t kMagic[4] = {'M', 'O', 'T', 'S'};
constexpr uint8_t kVersion = 1;

constexpr size_t kTypeAt = 4;
constexpr size_t kVersionAt = 5;
constexpr size_t kReservedAt = 6;
constexpr size_t kLengthAt = 8;
constexpr size_t kKeyAt = 12;

}  // namespace

void key_id_of(const Crypto& crypto, const uint8_t key[kPublicKeyBytes], uint8_t id[4]) {
  uint8_t digest[kDigestBytes];
  digest_of(crypto, key, kPublicKeyBytes, digest);
  memcpy(id, digest, 4);
}

mote_status open_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t key[kPublicKeyBytes], const uint8_t* bytes,
                          size_t count, Opened* opened) {
  if (count < kEnvelopeHeaderBytes) return MOTE_TRUNCATED;
  if (memcmp(bytes, kMagic, sizeof kMagic) != 0) return MOTE_MALFORMED;
  if (bytes[kVersionAt] != kVersion) return MOTE_UNSUPPORTED_VERSION;
  if (bytes[kReservedAt] != 0 || bytes[kReservedAt + 1] != 0) return MOTE_MALFORMED;
  if (bytes[kTypeAt] != static_cast<uint8_t>(type)) return MOTE_WRONG_TYPE;

  uint32_t payload_bytes;
  memcpy(&payload_bytes, bytes + kLengthAt, sizeof payload_bytes);
  if (count < kEnvelopeOverhead || payload_bytes > count - kEnvelopeOverhead) return MOTE_TRUNCATED;

  uint8_t id[4];
  key_id_of(crypto, key, id);
  if (memcmp(bytes + kKeyAt, id, sizeof id) != 0) return MOTE_UNKNOWN_KEY;

  const size_t signed_bytes = kEnvelopeHeaderBytes + payload_bytes;
  uint8_t digest[kDigestBytes];
  digest_of(crypto, bytes, signed_bytes, digest);
  if (!crypto.verify(crypto.context, key, digest, bytes + signed_bytes)) return MOTE_BAD_SIGNATURE;

  opened->payload = bytes + kEnvelopeHeaderBytes;
  opened->payload_bytes = payload_bytes;
  opened->envelope_bytes = static_cast<uint32_t>(kEnvelopeOverhead + payload_bytes);
  return MOTE_OK;
}

bool seal_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t private_key[kPrivateKeyBytes],
                   const uint8_t public_key[kPublicKeyBytes], uint8_t* bytes, uint32_t payload_bytes) {
  memcpy(bytes, kMagic, sizeof kMagic);
  bytes[kTypeAt] = static_cast<uint8_t>(type);
  bytes[kVersionAt] = kVersion;
  bytes[kReservedAt] = 0;
  bytes[kReservedAt + 1] = 0;
  memcpy(bytes + kLengthAt, &payload_bytes, sizeof payload_bytes);
  key_id_of(crypto, public_key, bytes + kKeyAt);

  uint8_t digest[kDigestBytes];
  digest_of(crypto, bytes, kEnvelopeHeaderBytes + payload_bytes, digest);
  return crypto.sign(crypto.context, private_key, digest, bytes + kEnvelopeHeaderBytes + payload_bytes);
}

}  // namespace mote
