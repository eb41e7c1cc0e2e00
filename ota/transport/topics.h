// The topics of mote (docs/spec/topics.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "device/format/channels.h"
#include "ota/transport/connection.h"

namespace mote {

// "mote/1/d/press-04/report"; Channel::time has one topic for all, "mote/1/time".
std::string topic_of(const std::string& device, Channel channel);

// For a host that listens to every device: "mote/1/d/+/report".
std::string filter_of(Channel channel);

// To all that goes down to a device.
Result<void> subscribe_as(Connection& connection, const std::string& device);

struct DeviceTopic {
  std::string device;
  Channel channel;
};

// None for a topic that is not one of a device.
std::optional<DeviceTopic> parse_topic(std::string_view topic);

// What reaches `device` on a topic: on one of its own, or on one that it shares. None where nothing of ours does.
std::optional<Channel> channel_down(std::string_view topic, const std::string& device);

// Of chunks that several devices ask for at once.
std::string shared_topic(const Digest& payload, uint32_t part);

// Ids name devices in topics, certificates, folders and databases: 1 to 31 of a-z, 0-9, '-', '_', not first a sign.
bool valid_device_id(std::string_view id);

}  // namespace mote
