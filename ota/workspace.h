// Where a project keeps what it must not lose: `.mote/`, mode 0700 (docs/quickstart.md).
#pragma once

#include "base/file_system.h"

namespace mote {

struct Workspace {
  Path folder;  // ".mote"

  Path keys() const { return folder / "keys"; }                     // image.key, director.key (PEM, 0600), root.pub
  Path root() const { return keys() / "root.pub"; }                 // the public halves: what devices and `mote verify` trust
  Path authority() const { return folder / "ca"; }                  // ca.crt, ca.key: mints transport certificates
  Path broker() const { return folder / "broker"; }                 // mosquitto's configuration and its server certificate
  Path host_certificate() const { return folder / "host"; }         // host.crt, host.key: how the host's own programs connect
  Path device(const std::string& id) const { return folder / "devices" / id; }  // <id>.crt, <id>.key, identity.bin
  Path database() const { return folder / "fleet.db"; }             // devices, reports, rollouts
};

}  // namespace mote
