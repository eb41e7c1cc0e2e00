// The connection to a real broker: libmosquitto for the protocol, our relay for TLS and for the bound on what arrives.
//
//     TRY(std::shared_ptr<Relay> relay, Relay::start(clock));       // one for all connections of a process
//     TRY(Endpoint endpoint, device_endpoint(workspace, files, broker, "press-04", boot));
//     TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(endpoint, relay, clock));
//     while (!stop) connection->poll(std::chrono::milliseconds(50), handlers);
//
// A device that starts again makes a new connection, for the will carries its boot.
// MQTT 3.1.1, clean sessions. Destroying a connection leaves its will, as every other end does (docs/spec/topics.md, T6).
#pragma once

#include <memory>

#include "base/clock.h"
#include "ota/transport/endpoint.h"
#include "ota/transport/relay/relay.h"

namespace mote {

class MqttConnection : public Connection {
 public:
  // Reads the certificates (an error names what is wrong with them) and connects at the first poll().
  static Result<std::unique_ptr<MqttConnection>> open(Endpoint endpoint, std::shared_ptr<Relay> relay, const Clock& clock);

  // Messages that publish() has taken and that the broker does not have yet. publish() refuses above 1 MiB of them.
  virtual size_t unsent() const = 0;
};

}  // namespace mote
