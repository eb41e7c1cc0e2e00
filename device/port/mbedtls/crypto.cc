// SHA-256 and deterministic, canonical ECDSA over P-256 by mbedTLS.
#include "device/port/mbedtls/crypto.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>
#include <string.h>

namespace mote {
namespace {

static_assert(sizeof(mbedtls_sha256_context) <= sizeof(HashState), "port/crypto.h promises the room");

mbedtls_sha256_context* sha_of(HashState* state) { return reinterpret_cast<mbedtls_sha256_context*>(state->bytes); }

void hash_begin(void*, HashState* state) {
  mbedtls_sha256_init(sha_of(state));
  mbedtls_sha256_starts_ret(sha_of(state), 0);
}

void hash_add(void*, HashState* state, const void* bytes, size_t count) {
  mbedtls_sha256_update_ret(sha_of(state), static_cast<const uint8_t*>(bytes), count);
}

void hash_end(void*, HashState* state, uint8_t digest[kDigestBytes]) {
  mbedtls_sha256_finish_ret(sha_of(state), digest);
  mbedtls_sha256_free(sha_of(state));
}

// mbedTLS's numbers own memory; this frees them however a function is left.
struct Number {
  mbedtls_mpi value;
  Number() { mbedtls_mpi_init(&value); }
  ~Number() { mbedtls_mpi_free(&value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  bool read(const uint8_t* bytes, size_t count) { return mbedtls_mpi_read_binary(&value, bytes, count) == 0; }
};

struct Group {
  mbedtls_ecp_group value;
  bool ok;
  Group() {
    mbedtls_ecp_group_init(&value);
    ok = mbedtls_ecp_group_load(&value, MBEDTLS_ECP_DP_SECP256R1) == 0;
  }
  ~Group() { mbedtls_ecp_group_free(&value); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
};

struct Point {
  mbedtls_ecp_point value;
  Point() { mbedtls_ecp_point_init(&value); }
  ~Point() { mbedtls_ecp_point_free(&value); }
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;
};

// E10: s and n - s verify alike; only the lower of the two is canonical, so that a signature has one form.
bool is_low(const Group& group, const Number& s) {
  Number twice;
  return mbedtls_mpi_copy(&twice.value, &s.value) == 0 && mbedtls_mpi_shift_l(&twice.value, 1) == 0 &&
         mbedtls_mpi_cmp_mpi(&twice.value, &group.value.N) < 0;  // n is odd, so 2s = n does not occur
}

bool read_key(const Group& group, const uint8_t key[kPublicKeyBytes], Point* point) {
  uint8_t uncompressed[1 + kPublicKeyBytes];
  uncompressed[0] = 4;
  memcpy(uncompressed + 1, key, kPublicKeyBytes);
  return mbedtls_ecp_point_read_binary(&group.value, &point->value, uncompressed, sizeof uncompressed) == 0 &&
         mbedtls_ecp_check_pubkey(&group.value, &point->value) == 0;
}

bool in_range(const Group& group, const Number& number) {
  return mbedtls_mpi_cmp_int(&number.value, 1) >= 0 && mbedtls_mpi_cmp_mpi(&number.value, &group.value.N) < 0;
}

// FIPS 186-4, 6.4.2: x of e/s times the base point plus r/s times the key, modulo the order; a good signature has it for its r.
bool recompute_r(Group& group, const Point& key, const uint8_t digest[kDigestBytes], const Number& r, const Number& s,
                 uint8_t recomputed[32]) {
  Number e, inverse, u1, u2;
  Point sum;
  const mbedtls_mpi* order = &group.value.N;
  return e.read(digest, kDigestBytes) && mbedtls_mpi_inv_mod(&inverse.value, &s.value, order) == 0 &&
         mbedtls_mpi_mul_mpi(&u1.value, &e.value, &inverse.value) == 0 && mbedtls_mpi_mod_mpi(&u1.value, &u1.value, order) == 0 &&
         mbedtls_mpi_mul_mpi(&u2.value, &r.value, &inverse.value) == 0 && mbedtls_mpi_mod_mpi(&u2.value, &u2.value, order) == 0 &&
         mbedtls_ecp_muladd(&group.value, &sum.value, &u1.value, &group.value.G, &u2.value, &key.value) == 0 &&
         !mbedtls_ecp_is_zero(&sum.value) && mbedtls_mpi_mod_mpi(&sum.value.X, &sum.value.X, order) == 0 &&
         mbedtls_mpi_write_binary(&sum.value.X, recomputed, 32) == 0;
}

// mbedTLS answers with one number; so the last comparison is ours, and it is made twice.
Trusted verify(void*, const uint8_t key[kPublicKeyBytes], const uint8_t digest[kDigestBytes],
               const uint8_t signature[kSignatureBytes]) {
  Group group;
  Point point;
  Number r, s;
  uint8_t recomputed[32];
  for (int i = 0; i < 32; ++i) recomputed[i] = static_cast<uint8_t>(~signature[i]);
  const bool done = group.ok && r.read(signature, 32) && s.read(signature + 32, 32) && in_range(group, r) && in_range(group, s) &&
                    is_low(group, s) && read_key(group, key, &point) && recompute_r(group, point, digest, r, s, recomputed);
  return done ? compare_twice(recomputed, signature, 32) : Trusted::no;
}

// Blinds the arithmetic against timing and power measurement. Seeded from the key and the digest, because a board may have no
// entropy; it does not enter the signature.
struct Blinding {
  mbedtls_hmac_drbg_context value;
  bool ok;
  Blinding(const uint8_t key[kPrivateKeyBytes], const uint8_t digest[kDigestBytes]) {
    uint8_t seed[kPrivateKeyBytes + kDigestBytes];
    memcpy(seed, key, kPrivateKeyBytes);
    memcpy(seed + kPrivateKeyBytes, digest, kDigestBytes);
    mbedtls_hmac_drbg_init(&value);
    ok = mbedtls_hmac_drbg_seed_buf(&value, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), seed, sizeof seed) == 0;
    mbedtls_platform_zeroize(seed, sizeof seed);
  }
  ~Blinding() { mbedtls_hmac_drbg_free(&value); }
  Blinding(const Blinding&) = delete;
  Blinding& operator=(const Blinding&) = delete;
};

bool sign(void*, const uint8_t key[kPrivateKeyBytes], const uint8_t digest[kDigestBytes], uint8_t signature[kSignatureBytes]) {
  Group group;
  Blinding blinding(key, digest);
  Number d, r, s;
  if (!group.ok || !blinding.ok || !d.read(key, kPrivateKeyBytes)) return false;
  if (mbedtls_ecp_check_privkey(&group.value, &d.value) != 0) return false;
  if (mbedtls_ecdsa_sign_det_ext(&group.value, &r.value, &s.value, &d.value, digest, kDigestBytes, MBEDTLS_MD_SHA256,
                                 mbedtls_hmac_drbg_random, &blinding.value) != 0)
    return false;
  if (!is_low(group, s) && mbedtls_mpi_sub_mpi(&s.value, &group.value.N, &s.value) != 0) return false;
  return mbedtls_mpi_write_binary(&r.value, signature, 32) == 0 && mbedtls_mpi_write_binary(&s.value, signature + 32, 32) == 0;
}

}  // namespace

Crypto mbedtls_crypto() { return Crypto{nullptr, hash_begin, hash_add, hash_end, verify, sign}; }

}  // namespace mote
