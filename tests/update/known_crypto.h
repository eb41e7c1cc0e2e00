// mbedTLS's crypto that remembers its answers: a sweep asks for the same verification thousands of times, at 1 ms each.
#pragma once

#include <map>
#include <string>

#include "device/port/mbedtls/crypto.h"

namespace mote {

class KnownCrypto {
 public:
  Crypto port() {
    Crypto crypto = real_;
    crypto.context = this;
    crypto.verify = [](void* context, const uint8_t* key, const uint8_t* digest, const uint8_t* signature) {
      return static_cast<KnownCrypto*>(context)->verify(key, digest, signature);
    };
    return crypto;
  }
  uint64_t asked() const { return asked_; }
  uint64_t computed() const { return answers_.size(); }

 private:
  Trusted verify(const uint8_t* key, const uint8_t* digest, const uint8_t* signature) {
    ++asked_;
    std::string question(reinterpret_cast<const char*>(key), kPublicKeyBytes);
    question.append(reinterpret_cast<const char*>(digest), kDigestBytes);
    question.append(reinterpret_cast<const char*>(signature), kSignatureBytes);
    const auto found = answers_.find(question);
    if (found != answers_.end()) return found->second;
    return answers_[question] = real_.verify(real_.context, key, digest, signature);
  }

  const Crypto real_ = mbedtls_crypto();
  std::map<std::string, Trusted> answers_;
  uint64_t asked_ = 0;
};

}  // namespace mote
