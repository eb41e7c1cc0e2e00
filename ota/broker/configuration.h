// What a mosquitto of ours is told: its configuration, and who may read and write what (docs/spec/topics.md, T3 and T4).
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"

namespace mote {

struct BrokerFiles {
  Path authority;    // ca.crt
  Path revoked;      // revoked.crl
  Path certificate;  // the broker's own
  Path key;
  Path rules;        // the access rules
  Path persistence;  // a folder
};

// Loopback only, TLS 1.2 or newer, a certificate of our authority for everyone, its name as user name and client id.
std::string broker_configuration(const BrokerFiles& files, uint16_t port);

// Mosquitto's ACL file. Host programs by name; devices by pattern; a retired device nothing, from the next reload on.
std::string access_rules(const std::vector<std::string>& retired);

}  // namespace mote
