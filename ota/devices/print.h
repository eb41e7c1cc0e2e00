// Devices for people and for machines.
#pragma once

#include "base/json_fwd.h"
#include "ota/devices/devices.h"

namespace mote {

std::string to_text(const EnrolledDevice& device);
Json to_json(const EnrolledDevice& device);
std::string to_text(const std::vector<EnrolledDevice>& devices);
Json to_json(const std::vector<EnrolledDevice>& devices);

}  // namespace mote
