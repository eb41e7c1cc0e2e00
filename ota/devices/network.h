// What a device with a network of its own must know to reach the broker (docs/spec/network.md), from what enrolling it has made.
#pragma once

#include "ota/workspace.h"

namespace mote {

struct NetworkPlace {
  std::string broker;  // "192.168.1.5": devices ask no name server
  uint16_t port = 8883;
  std::string host_name;  // that the broker's certificate must carry: "localhost" for `mote broker up`
  std::string own;        // "192.168.1.20/24"; empty: DHCP gives it
  std::string router;     // with an own address; empty: none
};

// The authority's certificate, the device's certificate and key, and a new random seed, as one blob.
Result<Bytes> network_blob(const Workspace& workspace, FileSystem& files, const std::string& id, const NetworkPlace& place);

// The same into network.bin beside identity.bin, mode 0600. Returns where that is.
Result<Path> write_network(const Workspace& workspace, FileSystem& files, const std::string& id, const NetworkPlace& place);

}  // namespace mote
