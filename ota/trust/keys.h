// P-256 key pairs: made on the host, kept as PEM files that `openssl` reads and writes too.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "device/port/crypto.h"

namespace mote {

using PrivateKey = std::array<uint8_t, kPrivateKeyBytes>;  // the scalar d, big-endian
using PublicKey = std::array<uint8_t, kPublicKeyBytes>;    // x then y, big-endian, on the curve

struct KeyPair {
  PrivateKey private_key;
  PublicKey public_key;
};

// From the machine's entropy, through CTR-DRBG (NIST SP 800-90A). Fails only when there is none.
Result<KeyPair> generate_key();

// The pair of a scalar in [1, n); an error otherwise.
Result<KeyPair> pair_of(const PrivateKey& private_key);

// A PEM file of PKCS#8 form ("PRIVATE KEY", or encrypted_key.h's), or unencrypted of SEC1 form ("EC PRIVATE KEY"). `where` names it in
// errors. A key of another curve, or whose public half is not that of its private half, is an error. The passphrase is asked for
// where the key is encrypted.
Result<KeyPair> parse_private_key(std::string_view pem, const std::string& where,
                                  const std::optional<std::string>& passphrase = std::nullopt);
// Cause::usage for a file that others than its owner can read.
Result<void> check_owner_only(const Path& path);
// The file of an unencrypted key must be its owner's alone, by its mode. `ask` gives the passphrase of one that is encrypted.
Result<KeyPair> read_private_key(FileSystem& files, const Path& path, const std::function<Result<std::string>()>& ask);
Result<KeyPair> read_private_key(FileSystem& files, const Path& path, const std::optional<std::string>& passphrase = std::nullopt);

// As PKCS#8, mode 0600, encrypted where there is a passphrase. Refuses to replace a file.
std::string private_key_pem(const KeyPair& key);
Result<void> write_private_key(FileSystem& files, const Path& path, const KeyPair& key,
                               const std::optional<std::string>& passphrase = std::nullopt);
Bytes private_key_der(const KeyPair& key);

// From the machine's entropy.
Result<Bytes> random_bytes(size_t count);

// SubjectPublicKeyInfo, "PUBLIC KEY".
std::string public_key_pem(const PublicKey& key);
Result<PublicKey> parse_public_key(std::string_view pem, const std::string& where);

// Whether `key` is a point of the curve other than the one at infinity.
bool is_on_curve(const PublicKey& key);

// As mote writes it in TOML: 128 hexadecimal digits.
Result<PublicKey> public_key_from_hex(std::string_view hex, const std::string& where);

// What an envelope names a key by: the first 4 bytes of SHA-256 over it, as 8 hexadecimal digits.
std::string key_name(const PublicKey& key);

}  // namespace mote
