// PBES2 over mbedTLS's PBKDF2 and AES: mbedTLS 2.28 itself reads it with DES only.
#include "ota/trust/encrypted_key.h"

#include <mbedtls/aes.h>
#include <mbedtls/asn1.h>
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <array>

#include "ota/trust/der.h"
#include "ota/trust/keys.h"

namespace mote {
namespace {

constexpr const char* kLabel = "ENCRYPTED PRIVATE KEY";
constexpr size_t kBlockBytes = 16;
constexpr size_t kSaltBytes = 16;
constexpr uint32_t kRounds = 600'000;  // OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256
constexpr int kMostRounds = 10'000'000;

// Object identifiers (RFC 8018, NIST's arcs).
constexpr uint8_t kPbes2[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d};
constexpr uint8_t kPbkdf2[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c};
constexpr uint8_t kHmacSha256[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09};
constexpr uint8_t kAes256Cbc[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a};

Error bad_encrypted_key(const std::string& what, const std::string& where, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = todo};
}

// Everything of the scheme that stands in the clear.
struct Scheme {
  Bytes salt, vector;
  int rounds = 0;
};

using AesKey = std::array<uint8_t, 32>;

bool derive(std::string_view passphrase, const Scheme& scheme, AesKey& key) {
  mbedtls_md_context_t hmac;
  mbedtls_md_init(&hmac);
  const bool ok = mbedtls_md_setup(&hmac, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) == 0 &&
                  mbedtls_pkcs5_pbkdf2_hmac(&hmac, view_of(passphrase).data(), passphrase.size(), scheme.salt.data(),
                                            scheme.salt.size(), static_cast<uint32_t>(scheme.rounds), key.size(), key.data()) == 0;
  mbedtls_md_free(&hmac);
  return ok;
}

bool run_aes(int direction, const AesKey& key, Bytes vector, ByteView from, Bytes& to) {
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  to.resize(from.size());
  const int keyed = direction == MBEDTLS_AES_ENCRYPT ? mbedtls_aes_setkey_enc(&aes, key.data(), 256)
                                                     : mbedtls_aes_setkey_dec(&aes, key.data(), 256);
  const bool ok = keyed == 0 && mbedtls_aes_crypt_cbc(&aes, direction, from.size(), vector.data(), from.data(), to.data()) == 0;
  mbedtls_aes_free(&aes);
  return ok;
}

// PKCS#7 padding; nothing when it is not that, which is how a wrong passphrase shows.
bool strip_padding(Bytes& bytes) {
  if (bytes.empty()) return false;
  const uint8_t padding = bytes.back();
  if (padding == 0 || padding > kBlockBytes || padding > bytes.size()) return false;
  const auto tail = bytes.end() - padding;
  if (!std::all_of(tail, bytes.end(), [&](uint8_t byte) { return byte == padding; })) return false;
  bytes.resize(bytes.size() - padding);
  return true;
}

Bytes integer_of(uint32_t value) {
  Bytes digits;
  for (int shift = 24; shift >= 0; shift -= 8) digits.push_back(static_cast<uint8_t>(value >> shift));
  while (digits.size() > 1 && digits[0] == 0 && digits[1] < 0x80) digits.erase(digits.begin());
  return der::encode(der::integer, {digits});
}

Bytes der_of(const Scheme& scheme, ByteView encrypted) {
  using der::encode;
  const Bytes prf = encode(der::sequence, {encode(der::object_identifier, {kHmacSha256}), encode(der::null, {})});
  const Bytes derivation = encode(
      der::sequence, {encode(der::object_identifier, {kPbkdf2}),
                      encode(der::sequence, {encode(der::octet_string, {scheme.salt}),
                                             integer_of(static_cast<uint32_t>(scheme.rounds)), prf})});
  const Bytes cipher =
      encode(der::sequence, {encode(der::object_identifier, {kAes256Cbc}), encode(der::octet_string, {scheme.vector})});
  const Bytes algorithm =
      encode(der::sequence, {encode(der::object_identifier, {kPbes2}), encode(der::sequence, {derivation, cipher})});
  return encode(der::sequence, {algorithm, encode(der::octet_string, {encrypted})});
}

// Walks over DER; one wrong step and nothing more is found.
class Walk {
 public:
  explicit Walk(const Bytes& der) : at_(const_cast<uint8_t*>(der.data())), end_(at_ + der.size()) {}

  void enter() { take(MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE); }
  Bytes bytes(int tag) {
    const size_t length = take(tag);
    if (!ok_) return {};
    Bytes found(at_, at_ + length);
    at_ += length;
    return found;
  }
  void expect(ByteView identifier) {
    const Bytes found = bytes(MBEDTLS_ASN1_OID);
    ok_ = ok_ && std::equal(found.begin(), found.end(), identifier.begin(), identifier.end());
  }
  int number() {
    int value = 0;
    ok_ = ok_ && mbedtls_asn1_get_int(&at_, end_, &value) == 0;
    return value;
  }
  bool ok() const { return ok_; }

 private:
  size_t take(int tag) {
    size_t length = 0;
    ok_ = ok_ && mbedtls_asn1_get_tag(&at_, end_, &length, tag) == 0;
    return ok_ ? length : 0;
  }
  uint8_t* at_;
  uint8_t* end_;
  bool ok_ = true;
};

bool read_der(const Bytes& der, Scheme& scheme, Bytes& encrypted) {
  Walk walk(der);
  walk.enter();
  walk.enter();
  walk.expect(kPbes2);
  walk.enter();
  walk.enter();
  walk.expect(kPbkdf2);
  walk.enter();
  scheme.salt = walk.bytes(MBEDTLS_ASN1_OCTET_STRING);
  scheme.rounds = walk.number();
  walk.enter();
  walk.expect(kHmacSha256);
  walk.bytes(MBEDTLS_ASN1_NULL);
  walk.enter();
  walk.expect(kAes256Cbc);
  scheme.vector = walk.bytes(MBEDTLS_ASN1_OCTET_STRING);
  encrypted = walk.bytes(MBEDTLS_ASN1_OCTET_STRING);
  return walk.ok() && scheme.rounds >= 1 && scheme.rounds <= kMostRounds && scheme.vector.size() == kBlockBytes &&
         !encrypted.empty() && encrypted.size() % kBlockBytes == 0;
}

}  // namespace

bool is_encrypted_key(std::string_view pem) { return pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos; }

Result<std::string> encrypt_key(ByteView der, std::string_view passphrase) {
  Scheme scheme;
  TRY(scheme.salt, random_bytes(kSaltBytes));
  TRY(scheme.vector, random_bytes(kBlockBytes));
  scheme.rounds = kRounds;
  Bytes plain(der.begin(), der.end());
  const size_t padding = kBlockBytes - plain.size() % kBlockBytes;
  plain.insert(plain.end(), padding, static_cast<uint8_t>(padding));
  AesKey key;
  Bytes encrypted;
  const bool ok = derive(passphrase, scheme, key) && run_aes(MBEDTLS_AES_ENCRYPT, key, scheme.vector, plain, encrypted);
  mbedtls_platform_zeroize(key.data(), key.size());
  mbedtls_platform_zeroize(plain.data(), plain.size());
  if (!ok) return bad_encrypted_key("the key cannot be encrypted", "");
  return der::pem(kLabel, der_of(scheme, encrypted));
}

Result<Bytes> decrypt_key(std::string_view pem, std::string_view passphrase, const std::string& where) {
  const std::optional<Bytes> der = der::from_pem(kLabel, pem);
  Scheme scheme;
  Bytes encrypted, plain;
  if (!der || !read_der(*der, scheme, encrypted))
    return bad_encrypted_key("is not an encrypted key that mote reads (PKCS#8 with PBKDF2, HMAC-SHA-256 and AES-256-CBC)", where,
                   "encrypt it anew: openssl pkcs8 -topk8 -in PLAIN -out KEY");
  AesKey key;
  const bool ok = derive(passphrase, scheme, key) && run_aes(MBEDTLS_AES_DECRYPT, key, scheme.vector, encrypted, plain);
  mbedtls_platform_zeroize(key.data(), key.size());
  if (!ok || !strip_padding(plain) || plain.empty() || plain[0] != der::sequence)
    return bad_encrypted_key("the passphrase is not that of this key", where);
  return plain;
}

}  // namespace mote
