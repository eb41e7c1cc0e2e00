// The one signed container: image, directive, report, time beacon, state (docs/spec/envelope.md).
//
//     offset  bytes
//          0      4  magic "MOTS"
//          4      1  type, EnvelopeType
//          5      1  version, 1
//          6      2  reserved, 0
//          8      4  payload length, little-endian
//         12      4  key id: the first 4 bytes of SHA-256 over the public key (x then y)
//         16      n  payload
//       16+n     64  ECDSA P-256 signature, r then s, over SHA-256 of bytes 0 .. 16+n
#pragma once

#include "device/port/crypto.h"

namespace mote {

enum class EnvelopeType : uint8_t { image = 1, directive = 2, report = 3, time = 4, state = 5 };

constexpr size_t kEnvelopeHeaderBytes = 16;
constexpr size_t kEnvelopeOverhead = kEnvelopeHeaderBytes + kSignatureBytes;

// What an opened envelope holds; points into the caller's bytes.
struct Opened {
  const uint8_t* payload;
  uint32_t payload_bytes;
  uint32_t envelope_bytes;  // header, payload and signature; what follows in `bytes` is not part of it
};

void key_id_of(const Crypto& crypto, const uint8_t key[kPublicKeyBytes], uint8_t id[4]);

// Checks magic, version, type, length, key and signature, in this order, and parses nothing of the payload. Bytes after the
// envelope are allowed: a caller that expects none compares opened.envelope_bytes with `count`.
//
// MOTE_TRUNCATED, MOTE_MALFORMED, MOTE_UNSUPPORTED_VERSION, MOTE_WRONG_TYPE, MOTE_UNKNOWN_KEY, MOTE_BAD_SIGNATURE
mote_status open_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t key[kPublicKeyBytes], const uint8_t* bytes,
                          size_t count, Opened* opened);

// Writes header and signature around a payload that already stands at bytes + kEnvelopeHeaderBytes.
// `public_key` is the one of `private_key`. False only when the crypto port fails.
bool seal_envelope(const Crypto& crypto, EnvelopeType type, const uint8_t private_key[kPrivateKeyBytes],
                   const uint8_t public_key[kPublicKeyBytes], uint8_t* bytes, uint32_t payload_bytes);

}  // namespace mote
