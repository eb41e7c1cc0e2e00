// Keys for tests: made anew each time, or the same in every run.
#pragma once

#include <cstring>
#include <stdexcept>

#include "device/port/identity.h"
#include "ota/trust/documents.h"
#include "ota/trust/root.h"

namespace mote {

inline KeyPair sure_key() { return std::move(generate_key()).value(); }

// A key that is the same in every run; for tests alone.
inline KeyPair test_key(uint8_t number) {
  PrivateKey scalar{};
  scalar.back() = number;
  return std::move(pair_of(scalar)).value();
}

// A project with one key a role.
struct TestProject {
  KeyPair root_key, standby_key, image_key, director_key;

  // Keys that are the same in every run.
  explicit TestProject(uint8_t first = 1)
      : root_key(test_key(first + 2)), standby_key(test_key(first + 3)), image_key(test_key(first)), director_key(test_key(first + 1)) {}

  TrustRoot root() const {
    TrustRoot root;
    root.root = root_key.public_key;
    root.standby = standby_key.public_key;
    root.image = image_key.public_key;
    root.director = director_key.public_key;
    return root;
  }
};

// An identity of such a project; `root` is its document and must outlive it.
inline Identity test_identity(const std::string& device, const std::string& device_class, const std::string& cohort,
                              const KeyPair& report, const Bytes& root) {
  Identity identity{};
  std::strcpy(identity.device, device.c_str());
  std::strcpy(identity.device_class, device_class.c_str());
  std::strcpy(identity.cohort, cohort.c_str());
  std::memcpy(identity.report_private_key, report.private_key.data(), kPrivateKeyBytes);
  std::memcpy(identity.report_public_key, report.public_key.data(), kPublicKeyBytes);
  identity.root = root.data();
  identity.root_bytes = static_cast<uint32_t>(root.size());
  return identity;
}

inline Bytes blob_of(const Identity& identity) {
  Bytes blob(identity_bytes(identity));
  identity_write(identity, blob.data());
  return blob;
}

}  // namespace mote
