// Topics from and to the table of channels.
#include "ota/transport/topics.h"

#include <algorithm>

namespace mote {
namespace {

constexpr std::string_view kDevices = "mote/1/d/";
constexpr std::string_view kTime = "mote/1/time";
constexpr std::string_view kShared = "mote/1/blk/";
constexpr size_t kMaxIdBytes = 31;

std::string_view name_of(Channel channel) {
  switch (channel) {
#define MOTE_CASE(number, name) \
  case Channel::name:           \
    return #name;
    MOTE_CHANNELS(MOTE_CASE)
#undef MOTE_CASE
  }
  return "";
}

std::optional<Channel> channel_named(std::string_view name) {
#define MOTE_CASE(number, channel) \
  if (name == #channel) return Channel::channel;
  MOTE_CHANNELS(MOTE_CASE)
#undef MOTE_CASE
  return std::nullopt;
}

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string topic_of(const std::string& device, Channel channel) {
  if (channel == Channel::time) return std::string(kTime);
  return std::string(kDevices) + device + '/' + std::string(name_of(channel));
}

std::string filter_of(Channel channel) { return topic_of("+", channel); }

Result<void> subscribe_as(Connection& connection, const std::string& device) {
  for (const Channel channel : kChannels)
    if (is_down(channel)) TRY_DO(connection.subscribe(topic_of(device, channel)));
  return {};
}

std::optional<DeviceTopic> parse_topic(std::string_view topic) {
  if (!topic.starts_with(kDevices)) return std::nullopt;
  topic.remove_prefix(kDevices.size());
  const size_t slash = topic.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view device = topic.substr(0, slash);
  const std::optional<Channel> channel = channel_named(topic.substr(slash + 1));
  if (!channel || *channel == Channel::time || !valid_device_id(device)) return std::nullopt;
  return DeviceTopic{std::string(device), *channel};
}

std::optional<Channel> channel_down(std::string_view topic, const std::string& device) {
  if (topic == kTime) return Channel::time;
  if (topic.starts_with(kShared)) return Channel::block;
  const std::optional<DeviceTopic> own = parse_topic(topic);
  return own && own->device == device && is_down(own->channel) ? std::optional(own->channel) : std::nullopt;
}

std::string shared_topic(const Digest& payload, uint32_t part) {
  return std::string(kShared) + to_hex(payload) + '/' + std::to_string(part);
}

bool valid_device_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes || !letter_or_digit(id.front())) return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace mote
