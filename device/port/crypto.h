// What a board must give: SHA-256 (FIPS 180-4) and ECDSA over P-256 (FIPS 186-4).
// device/port/mbedtls is the implementation for everything that mbedTLS runs on.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mote/mote.h"

namespace mote {

constexpr size_t kDigestBytes = 32;
constexpr size_t kSignatureBytes = 64;  // r then s, big-endian; s in the lower half of the order
constexpr size_t kPublicKeyBytes = 64;  // x then y, big-endian
constexpr size_t kPrivateKeyBytes = 32;

// What a check has found, in a word of which half the bits are set: a skipped instruction, a register that kept an older value or
// a branch that was not taken do not make a `yes` out of anything else (docs/threat-model.md, fault injection).
enum class Trusted : uint32_t { yes = 0x9A65C35Au, no = 0 };

// Whether two values of `count` bytes are equal, found out twice in two ways.
inline Trusted compare_twice(const uint8_t* a, const uint8_t* b, size_t count) {
  if (memcmp(a, b, count) != 0) return Trusted::no;
  uint32_t differences = 0;
  for (size_t i = 0; i < count; ++i) differences |= static_cast<uint32_t>(a[i] ^ b[i]);
  return static_cast<Trusted>(static_cast<uint32_t>(Trusted::yes) ^ differences);
}

// Room for a running hash, so that callers need not know the implementation's context.
struct alignas(8) HashState {
  uint8_t bytes[128];
};

struct Crypto {
  void* context;
  void (*hash_begin)(void* context, HashState* state);
  void (*hash_add)(void* context, HashState* state, const void* bytes, size_t count);
  void (*hash_end)(void* context, HashState* state, uint8_t digest[kDigestBytes]);

  // Trusted::yes only for a valid signature in canonical form: 0 < r < n, 0 < s <= n/2, key on the curve.
  Trusted (*verify)(void* context, const uint8_t key[kPublicKeyBytes], const uint8_t digest[kDigestBytes],
                    const uint8_t signature[kSignatureBytes]);

  // Deterministic (RFC 6979) and canonical: emulated boards have no entropy.
  bool (*sign)(void* context, const uint8_t key[kPrivateKeyBytes], const uint8_t digest[kDigestBytes],
               uint8_t signature[kSignatureBytes]);
};

inline void digest_of(const Crypto& crypto, const void* bytes, size_t count, uint8_t digest[kDigestBytes]) {
  HashState state;
  crypto.hash_begin(crypto.context, &state);
  crypto.hash_add(crypto.context, &state, bytes, count);
  crypto.hash_end(crypto.context, &state, digest);
}

}  // namespace mote
