// Whom a project trusts: four roles and their keys, as they stand in a signed root (docs/spec/trust.md).
//
// root.pub is one signed root envelope in PEM ("MOTE ROOT"). Reading it goes through the device's own code.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "device/update/trust.h"
#include "ota/trust/keys.h"
#include "ota/workspace.h"

namespace mote {

struct Role {
  uint32_t epoch = 1;  // the root epoch in which its keys last changed
  uint32_t threshold = 1;
  std::vector<PublicKey> keys;  // 1 to 5

  Role() = default;
  Role(const PublicKey& only) : keys{only} {}  // NOLINT: a role of one key reads as that key
  Role(uint32_t epoch, uint32_t threshold, std::vector<PublicKey> keys) : epoch(epoch), threshold(threshold), keys(std::move(keys)) {}
  bool operator==(const Role&) const = default;
  bool holds(const PublicKey& key) const;
};

using RemovedKey = std::array<uint8_t, kRemovedIdBytes>;
RemovedKey removed_key_of(const PublicKey& key);

struct TrustRoot {
  uint32_t epoch = 1;
  Role root{};      // replaces roots
  Role standby{};   // replaces roots when the root keys are lost or stolen
  Role image{};     // says what a model is
  Role director{};  // says who gets it
  std::vector<RemovedKey> removed;
  bool operator==(const TrustRoot&) const = default;
};

// The roles by the names that people use: root, standby, image, director.
struct RoleField {
  const char* name;
  Role TrustRoot::*role;
};
inline constexpr RoleField kRoleFields[] = {
    {"root", &TrustRoot::root}, {"standby", &TrustRoot::standby}, {"image", &TrustRoot::image}, {"director", &TrustRoot::director}};
Result<RoleField> role_named(const std::string& name);

// The document as a device reads it, and back. Cause::usage for a root that no device would accept (rules K1 to K5).
Result<Bytes> root_document(const TrustRoot& root);
Result<TrustRoot> read_root_document(ByteView document, const std::string& where);

// The root that a signed envelope carries: signed by enough of its own root keys, every signature good. Whether it may follow another
// is asked by follows(). Cause::untrusted otherwise.
Result<TrustRoot> open_root(ByteView envelope, const std::string& where);

// Whether a device that trusts `now` takes this envelope; the device's own answer.
mote_status follows(const TrustRoot& now, ByteView envelope);

std::string root_pem(ByteView envelope);
Result<Bytes> root_envelope(std::string_view pem, const std::string& where);
Result<TrustRoot> read_root(FileSystem& files, const Path& path);

}  // namespace mote
