// Key pairs over mbedTLS: generation, PEM in and out.
#include "ota/trust/keys.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/sha256.h"
#include "ota/trust/der.h"
#include "ota/trust/encrypted_key.h"

namespace mote {
namespace {

constexpr size_t kMaxKeyBytes = 16 * 1024;

Error refused_key(std::string what, const std::string& where, std::string todo = "") {
  return Error{.cause = Cause::failed, .what = std::move(what), .where = where, .todo = std::move(todo)};
}

// mbedTLS's generator seeded from its entropy.
class Entropy {
 public:
  Entropy() {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&generator_);
    const std::string_view purpose = "mote key";
    ok_ = mbedtls_ctr_drbg_seed(&generator_, mbedtls_entropy_func, &entropy_, view_of(purpose).data(), purpose.size()) == 0;
  }
  ~Entropy() {
    mbedtls_ctr_drbg_free(&generator_);
    mbedtls_entropy_free(&entropy_);
  }
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;
  bool ok() const { return ok_; }
  mbedtls_ctr_drbg_context* generator() { return &generator_; }

 private:
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context generator_;
  bool ok_;
};

class KeyContext {
 public:
  KeyContext() { mbedtls_ecp_keypair_init(&pair); }
  ~KeyContext() { mbedtls_ecp_keypair_free(&pair); }
  KeyContext(const KeyContext&) = delete;
  KeyContext& operator=(const KeyContext&) = delete;

  bool load() { return mbedtls_ecp_group_load(&pair.grp, MBEDTLS_ECP_DP_SECP256R1) == 0; }
  mbedtls_ecp_keypair pair;
};

bool write_public(const mbedtls_ecp_keypair& pair, PublicKey& key) {
  std::array<uint8_t, 1 + kPublicKeyBytes> point;
  size_t written = 0;
  if (mbedtls_ecp_point_write_binary(&pair.grp, &pair.Q, MBEDTLS_ECP_PF_UNCOMPRESSED, &written, point.data(), point.size()) != 0)
    return false;
  std::copy(point.begin() + 1, point.end(), key.begin());
  return written == point.size();
}

class ParsedKey {
 public:
  ParsedKey() { mbedtls_pk_init(&context); }
  ~ParsedKey() { mbedtls_pk_free(&context); }
  ParsedKey(const ParsedKey&) = delete;
  ParsedKey& operator=(const ParsedKey&) = delete;

  // Null when the key is not one of P-256.
  const mbedtls_ecp_keypair* p256() const {
    if (mbedtls_pk_get_type(&context) != MBEDTLS_PK_ECKEY) return nullptr;
    const mbedtls_ecp_keypair* pair = mbedtls_pk_ec(context);
    return pair->grp.id == MBEDTLS_ECP_DP_SECP256R1 ? pair : nullptr;
  }
  mbedtls_pk_context context;
};

// mbedTLS wants the zero that ends the text counted in.
Bytes with_zero(std::string_view pem) {
  Bytes text(pem.begin(), pem.end());
  text.push_back(0);
  return text;
}

// The DER of a P-256 key has one length, so that all but the numbers is fixed (RFC 5208, RFC 5915, RFC 5480).
constexpr uint8_t kPkcs8Head[] = {0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86,
                                  0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                  0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20};
constexpr uint8_t kPkcs8PublicHead[] = {0xa1, 0x44, 0x03, 0x42, 0x00, 0x04};
constexpr uint8_t kPublicHead[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                   0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

}  // namespace

Result<KeyPair> generate_key() {
  Entropy entropy;
  KeyContext key;
  KeyPair made;
  if (!entropy.ok() ||
      mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, &key.pair, mbedtls_ctr_drbg_random, entropy.generator()) != 0 ||
      mbedtls_mpi_write_binary(&key.pair.d, made.private_key.data(), made.private_key.size()) != 0 ||
      !write_public(key.pair, made.public_key))
    return refused_key("this machine gives no random numbers, so no key can be made", "", "");
  return made;
}

Result<KeyPair> pair_of(const PrivateKey& private_key) {
  KeyContext key;
  Entropy entropy;  // blinds the product against timing
  KeyPair made{.private_key = private_key, .public_key = {}};
  if (!entropy.ok() || !key.load() || mbedtls_mpi_read_binary(&key.pair.d, private_key.data(), private_key.size()) != 0 ||
      mbedtls_ecp_check_privkey(&key.pair.grp, &key.pair.d) != 0 ||
      mbedtls_ecp_mul(&key.pair.grp, &key.pair.Q, &key.pair.d, &key.pair.grp.G, mbedtls_ctr_drbg_random, entropy.generator()) !=
          0 ||
      !write_public(key.pair, made.public_key))
    return refused_key("not a private key of P-256", "", "");
  return made;
}

Result<KeyPair> parse_private_key(std::string_view pem, const std::string& where, const std::optional<std::string>& passphrase) {
  if (is_encrypted_key(pem)) {
    if (!passphrase) return refused_key("the key is encrypted, and there is no passphrase", where);
    TRY(Bytes der, decrypt_key(pem, *passphrase, where));
    std::string plain = der::pem("PRIVATE KEY", der);
    mbedtls_platform_zeroize(der.data(), der.size());
    Result<KeyPair> pair = parse_private_key(plain, where, std::nullopt);
    mbedtls_platform_zeroize(plain.data(), plain.size());
    return pair;
  }
  ParsedKey parsed;
  Bytes text = with_zero(pem);
  const int problem = mbedtls_pk_parse_key(&parsed.context, text.data(), text.size(), nullptr, 0);
  mbedtls_platform_zeroize(text.data(), text.size());
  if (problem != 0 || parsed.p256() == nullptr)
    return refused_key("not a private key of P-256 in PEM", where, "make one with: mote keys init");
  PrivateKey scalar;
  PublicKey stated;
  if (mbedtls_mpi_write_binary(&parsed.p256()->d, scalar.data(), scalar.size()) != 0 || !write_public(*parsed.p256(), stated))
    return refused_key("not a private key of P-256 in PEM", where);
  TRY(KeyPair pair, pair_of(scalar));
  mbedtls_platform_zeroize(scalar.data(), scalar.size());
  if (pair.public_key != stated) return refused_key("the public half of the key does not belong to its private half", where);
  return pair;
}

Result<void> check_owner_only(const Path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) == 0)
    return {};  // what is not there is told of when it is read
  return Error{
      .cause = Cause::usage, .what = "can be read by others", .where = path.string(), .todo = "chmod 600 " + path.string()};
}

Result<KeyPair> read_private_key(FileSystem& files, const Path& path, const std::function<Result<std::string>()>& ask) {
  TRY(Bytes pem, files.read(path, kMaxKeyBytes));
  std::optional<std::string> passphrase;
  if (is_encrypted_key(text_of(pem))) {
    TRY(passphrase, ask());
  } else {
    TRY_DO(check_owner_only(path));
  }
  Result<KeyPair> pair = parse_private_key(text_of(pem), path.string(), passphrase);
  mbedtls_platform_zeroize(pem.data(), pem.size());
  return pair;
}

Result<KeyPair> read_private_key(FileSystem& files, const Path& path, const std::optional<std::string>& passphrase) {
  return read_private_key(files, path, [&]() -> Result<std::string> {
    if (passphrase) return *passphrase;
    return refused_key("the key is encrypted, and there is no passphrase", path.string());
  });
}

Bytes private_key_der(const KeyPair& key) {
  Bytes der;
  der.reserve(sizeof kPkcs8Head + key.private_key.size() + sizeof kPkcs8PublicHead + key.public_key.size());  // no copy is left behind
  append(der, kPkcs8Head);
  append(der, key.private_key);
  append(der, kPkcs8PublicHead);
  append(der, key.public_key);
  return der;
}

std::string private_key_pem(const KeyPair& key) { return der::pem("PRIVATE KEY", private_key_der(key)); }

Result<void> write_private_key(FileSystem& files, const Path& path, const KeyPair& key, const std::optional<std::string>& passphrase) {
  if (files.exists(path)) return refused_key("exists already, and a key is never replaced", path.string(), "move it away first");
  if (!passphrase) return files.write_text(path, private_key_pem(key), Access::owner_only);
  TRY(const std::string pem, encrypt_key(private_key_der(key), *passphrase));
  return files.write_text(path, pem, Access::owner_only);
}

Result<Bytes> random_bytes(size_t count) {
  Entropy entropy;
  Bytes bytes(count);
  if (!entropy.ok() || mbedtls_ctr_drbg_random(entropy.generator(), bytes.data(), bytes.size()) != 0)
    return refused_key("this machine gives no random numbers", "", "");
  return bytes;
}

std::string public_key_pem(const PublicKey& key) {
  Bytes der;
  append(der, kPublicHead);
  append(der, key);
  return der::pem("PUBLIC KEY", der);
}

Result<PublicKey> parse_public_key(std::string_view pem, const std::string& where) {
  ParsedKey parsed;
  const Bytes text = with_zero(pem);
  PublicKey key;
  if (mbedtls_pk_parse_public_key(&parsed.context, text.data(), text.size()) != 0 || parsed.p256() == nullptr ||
      !write_public(*parsed.p256(), key) || !is_on_curve(key))
    return refused_key("not a public key of P-256 in PEM", where);
  return key;
}

bool is_on_curve(const PublicKey& key) {
  KeyContext context;
  std::array<uint8_t, 1 + kPublicKeyBytes> point = {4};
  std::copy(key.begin(), key.end(), point.begin() + 1);
  return context.load() && mbedtls_ecp_point_read_binary(&context.pair.grp, &context.pair.Q, point.data(), point.size()) == 0 &&
         mbedtls_ecp_check_pubkey(&context.pair.grp, &context.pair.Q) == 0;
}

Result<PublicKey> public_key_from_hex(std::string_view hex, const std::string& where) {
  const std::optional<Bytes> bytes = from_hex(hex);
  PublicKey key;
  if (!bytes || bytes->size() != key.size()) return refused_key("not a public key: 128 hexadecimal digits are wanted", where);
  std::copy(bytes->begin(), bytes->end(), key.begin());
  if (!is_on_curve(key)) return refused_key("not a public key: the point is not on the curve P-256", where);
  return key;
}

std::string key_name(const PublicKey& key) {
  const Digest digest = sha256(key);
  return to_hex(ByteView(digest).first(4));
}

}  // namespace mote
