// The private certificate authority of a workspace: who may connect to its broker at all (docs/security.md).
//
// P-256, ECDSA with SHA-256. It mints certificates for connections only; what a device obeys is signed by other keys (ota/trust).
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/file_system.h"

namespace mote {

struct Credentials {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

enum class CertificateUse { server, client };

struct AuthorityParts;  // mbedTLS's own structures, authority.cc

class Authority {
 public:
  // Reads ca.crt and ca.key from `folder`, or makes them with an empty revoked.crl where there is no ca.crt.
  static Result<Authority> open(const Path& folder, FileSystem& files, const Clock& clock);
  Authority(Authority&&) noexcept;
  ~Authority();

  // `name` becomes the common name; a server's certificate is for the host of this name, localhost and 127.0.0.1. Valid for ten
  // years.
  Result<Credentials> mint(const std::string& name, CertificateUse use) const;

  // Adds the certificate to revoked.crl; one that is there already changes nothing. Refuses one of another authority.
  Result<void> revoke(const std::string& certificate);

  Path certificate_path() const { return folder_ / "ca.crt"; }
  Path revoked_path() const { return folder_ / "revoked.crl"; }  // PEM, for the broker

 private:
  Authority(Path folder, FileSystem& files, const Clock& clock);
  Result<void> make();
  Result<void> load();

  Path folder_;
  FileSystem* files_;
  const Clock* clock_;
  std::unique_ptr<AuthorityParts> parts_;
};

}  // namespace mote
