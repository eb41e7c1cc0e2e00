// A device's topics, with the quality of service and the retain flag of each (docs/spec/topics.md).
#pragma once

#include <string.h>

#include "boards/common/net/shared.h"
#include "device/format/channels.h"
#include "device/update/updater.h"

namespace mote::net {

struct Subscription {
  Channel channel;
  uint8_t qos;
};
constexpr Subscription kSubscriptions[] = {
    {Channel::desired, 1}, {Channel::block, 0}, {Channel::acknowledge, 0}, {Channel::time, 1}, {Channel::root, 1}};

struct Publication {
  Channel channel;
  uint8_t qos;
  bool retain;
};
constexpr Publication kPublications[] = {{Channel::state, 1, true}, {Channel::report, 1, false}, {Channel::request, 0, false}};

inline const Publication* publication_of(Channel channel) {
  for (const Publication& one : kPublications)
    if (one.channel == channel) return &one;
  return nullptr;
}

inline const char* name_of(Channel channel) {
  switch (channel) {
#define MOTE_CHANNEL_NAME(number, name) \
  case Channel::name:                   \
    return #name;
    MOTE_CHANNELS(MOTE_CHANNEL_NAME)
#undef MOTE_CHANNEL_NAME
  }
  return "";
}

constexpr char kTimeTopic[] = "mote/1/time";

// "mote/1/d/press-04/" and, behind it, the name of the channel that was asked for last.
struct Topics {
  char device[kMaxNameBytes + 1];
  char text[sizeof "mote/1/d//acknowledge" + kMaxNameBytes];
  uint8_t prefix;

  const char* of(Channel channel) {
    if (channel == Channel::time) return kTimeTopic;
    strcpy(text + prefix, name_of(channel));
    return text;
  }
};

inline void topics_init(Topics* topics, const char* device) {
  strcpy(topics->device, device);
  strcat(strcat(strcpy(topics->text, "mote/1/d/"), device), "/");
  topics->prefix = static_cast<uint8_t>(strlen(topics->text));
}

// True for a topic that the device subscribes to.
inline bool channel_of(const Topics& topics, const char* topic, Channel* channel) {
  if (is_shared_topic(topic)) {
    *channel = Channel::block;
    return true;
  }
  const bool own = strncmp(topic, topics.text, topics.prefix) == 0;
  for (const Subscription& one : kSubscriptions) {
    const bool same = one.channel == Channel::time ? strcmp(topic, kTimeTopic) == 0
                                                   : own && strcmp(topic + topics.prefix, name_of(one.channel)) == 0;
    if (!same) continue;
    *channel = one.channel;
    return true;
  }
  return false;
}

}  // namespace mote::net
