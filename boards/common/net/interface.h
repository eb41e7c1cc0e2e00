// The board's Ethernet controller as lwIP's one network interface, with an address of its own or DHCP's.
#pragma once

#include "device/port/network.h"

namespace mote::net {

// Once, after the random numbers are there (tls.h). False when there is no controller.
bool interface_start(const Network& network);

// Takes in what has arrived and does what is due. True when there was a frame: there may be more.
bool interface_poll();

bool interface_ready();  // it has an address

}  // namespace mote::net
