// SHA-256 over mbedTLS.
#include "base/sha256.h"

#include <mbedtls/sha256.h>

namespace mote {

Sha256::Sha256() : context_(new mbedtls_sha256_context) {
  mbedtls_sha256_init(context_);
  mbedtls_sha256_starts_ret(context_, 0);
}

Sha256::~Sha256() {
  mbedtls_sha256_free(context_);
  delete context_;
}

Sha256& Sha256::add(ByteView bytes) {
  mbedtls_sha256_update_ret(context_, bytes.data(), bytes.size());
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  mbedtls_sha256_finish_ret(context_, digest.data());
  return digest;
}

Digest sha256(ByteView bytes) { return Sha256().add(bytes).finish(); }

}  // namespace mote
