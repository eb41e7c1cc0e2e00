// SHA-256 (FIPS 180-4) on the host, over mbedTLS.
#pragma once

#include <array>

#include "base/bytes.h"

struct mbedtls_sha256_context;

namespace mote {

using Digest = std::array<uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256& add(ByteView bytes);
  Digest finish();  // once

 private:
  mbedtls_sha256_context* context_;
};

Digest sha256(ByteView bytes);

}  // namespace mote
