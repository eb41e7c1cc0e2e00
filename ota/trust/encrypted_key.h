// Private keys at rest under a passphrase: PKCS#8 "ENCRYPTED PRIVATE KEY" (RFC 5958) by PBES2 (RFC 8018) with PBKDF2 over HMAC-SHA-256
// and AES-256-CBC, which is what `openssl pkcs8 -topk8` writes and `openssl pkey` reads.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

bool is_encrypted_key(std::string_view pem);

// `der` is the PrivateKeyInfo. A new salt and 600,000 rounds, about half a second of work each time.
Result<std::string> encrypt_key(ByteView der, std::string_view passphrase);

// The PrivateKeyInfo. Refuses another scheme, more than ten million rounds, and a passphrase that is not the right one.
Result<Bytes> decrypt_key(std::string_view pem, std::string_view passphrase, const std::string& where);

}  // namespace mote
