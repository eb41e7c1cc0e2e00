// Where a project keeps what it must not lose: `.mote/`, mode 0700 (docs/quickstart.md).
#pragma once

#include "base/file_system.h"
#include "base/json_fwd.h"

namespace mote {

struct Workspace {
  Path folder;  // ".mote"

  Path keys() const { return folder / "keys"; }              // <role>-<name>.key (PEM, 0600), root.pub, next.root
  Path root() const { return keys() / "root.pub"; }          // the signed public halves: what devices and `mote verify` trust
  Path roots() const { return keys() / "roots"; }            // <epoch>.pub, every root there has been
  Path authority() const { return folder / "ca"; }           // ca.crt, ca.key: mints transport certificates
  Path broker() const { return folder / "broker"; }          // mosquitto's configuration and its server certificate
  Path host_certificate() const { return folder / "host"; }  // host.crt, host.key: how the host's own programs connect
  Path devices() const { return folder / "devices"; }
  Path device(const std::string& id) const { return devices() / id; }           // <id>.crt, <id>.key, identity.bin, network.bin
  Path database() const { return folder / "fleet.db"; }                         // devices, reports, rollouts
};

// What `mote init` made.
struct NewProject {
  Path config;
  Workspace workspace;
};
std::string to_text(const NewProject& project);
Json to_json(const NewProject& project);

// Writes `config_text` to mote.toml in `folder` and makes .mote/ beside it, which only its owner can enter and git leaves alone.
// Refuses to replace a mote.toml; a .mote/ that is there stays as it is.
Result<NewProject> start_project(FileSystem& files, const Path& folder, std::string_view config_text);

}  // namespace mote
