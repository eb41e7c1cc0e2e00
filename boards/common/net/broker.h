// The device's connection to its broker (docs/spec/topics.md): MQTT over TLS, its last will, its subscriptions, and another
// try after a random wait whenever it ends.
#pragma once

#include "boards/common/net/shared.h"
#include "device/port/network.h"
#include "device/port/seed.h"

namespace mote::net {

struct BrokerEvents {
  void (*connected)();  // and subscribed
  void (*disconnected)();
  void (*message)(Channel channel, const uint8_t* bytes, size_t count);
  void (*log)(const char* line);
};

// Once. `device`, `network`, `seeds` and `events` must stay where they are. Null, or why the device cannot reach any network.
const char* broker_start(const Network& network, SeedStore* seeds, const char* device, uint32_t boot, const BrokerEvents& events);

// Takes in what has arrived and does what is due; events are told from in here. True when there may be more to do at once.
bool broker_poll();

// False: not connected, or no room now.
bool broker_publish(Channel channel, const uint8_t* bytes, size_t count);

// Hears chunks that are published for many, of these parts and no others, until the connection ends. Call before what asks for
// them is published. False: not connected, or no room now.
bool broker_listen(const SharedParts& parts);

// Ticks of the board's counter that the last connection took from its first packet until TLS stood, without waiting for the
// network.
uint32_t handshake_ticks();

}  // namespace mote::net
