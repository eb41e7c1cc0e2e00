// TLS for the one connection to the broker: who is believed, who the device is, and the random numbers of all of it.
#pragma once

#include <lwip/altcp_tls.h>

#include "device/port/network.h"
#include "device/port/seed.h"

namespace mote::net {

// Once, before lwIP: reads the seed, replaces it in flash, and only then draws from it. `network` and `seeds` must stay where
// they are. Null when a certificate or the key cannot be read, the pool is too small, or the flash did not take the next seed.
altcp_tls_config* tls_start(const Network& network, SeedStore* seeds);

// Right after the connection was made, before anything has arrived on it: from here on the broker's certificate must be of the
// authority and carry the host name. False: the connection must not be used.
bool tls_expect(altcp_pcb* connection, const char* host_name);

// Why the last certificate was refused, or null.
const char* tls_refusal();

}  // namespace mote::net
