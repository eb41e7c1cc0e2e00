// A device's ear for chunks that are published once for many: follows the shared topics of the parts that it asks for, while it
// asks for them (docs/spec/topics.md).
#pragma once

#include <set>
#include <string>

#include "device/format/channels.h"
#include "ota/transport/connection.h"

namespace mote {

// One for each connection of a device; the connection may come and go at the broker meanwhile.
class SharedChunks {
 public:
  // Call before what the device writes is published on `channel`. A request is listened for from then on; a state says that
  // something is over or begins, so that the next request decides anew.
  Result<void> follow(Connection& connection, Channel channel, ByteView message);

 private:
  Result<void> listen_to(Connection& connection, std::set<std::string> topics);
  std::set<std::string> topics_;
};

}  // namespace mote
