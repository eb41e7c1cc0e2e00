// Where a broker is, and as whom to speak to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "ota/transport/connection.h"
#include "ota/workspace.h"

namespace mote {

struct BrokerAddress {
  std::string host = "127.0.0.1";
  uint16_t port = 8883;
  std::string server_name = "localhost";  // the name that the broker's certificate must carry
};

// "broker.example:8883"; the port may be left out. The name is then also the one that the certificate must carry, except for
// 127.0.0.1, whose name is localhost.
Result<BrokerAddress> parse_broker_address(const std::string& text);

std::string to_text(const BrokerAddress& address);
Json to_json(const BrokerAddress& address);

// Given to the broker when the connection opens, published by it when the connection ends, however it ends.
struct Will {
  std::string topic;
  Bytes payload;
  Retain retain = Retain::yes;
};

struct Endpoint {
  BrokerAddress broker;
  std::string authority;    // PEM: the one CA that is believed
  std::string certificate;  // PEM
  std::string key;          // PEM
  std::string client_id;    // the name in the certificate: the broker insists on it
  std::optional<Will> will;
  int64_t longest_backoff_ms = 10'000;  // between two attempts to connect
  int keep_alive_s = 20;                // at least 5; a broker from which no whole packet comes for twice as long is given up
};

// The host's own programs, each with a certificate of its own, because the broker lets a name connect once.
enum class HostProgram { collector, controller, observer };

// With the certificates that `mote broker up` and `mote device enrol` have made in the workspace. Errors name the command to run.
Result<Endpoint> host_endpoint(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker, HostProgram program);

// With a will on the device's state topic (ota/transport/presence.h); `boot` 0: not known.
Result<Endpoint> device_endpoint(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker,
                                 const std::string& id, uint32_t boot);

// "host.collector": no device can have this name, for '.' is not allowed in ids.
std::string name_of(HostProgram program);

// Where the workspace's own broker listens while it runs, from .mote/broker/address.json.
Result<BrokerAddress> running_broker(const Workspace& workspace, FileSystem& files);

}  // namespace mote
