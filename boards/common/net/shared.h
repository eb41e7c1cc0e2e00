// Which shared topics the device's connection hears: those of the parts that it asks for, while it asks (docs/spec/topics.md,
// T11).
#pragma once

#include <string.h>

#include "device/format/channels.h"
#include "device/port/crypto.h"

namespace mote::net {

constexpr char kShared[] = "mote/1/blk/";
constexpr uint32_t kSharedTopicBytes = sizeof kShared - 1 + 2 * kDigestBytes + sizeof "/67108863";

// Parts [first, end) of a payload; none where they are equal.
struct SharedParts {
  uint8_t payload[kDigestBytes];
  uint32_t first, end;
};

// Of a request for chunks: bit i of `bits` asks for chunk first + i. Not more than two parts.
inline SharedParts parts_of_request(const uint8_t* payload, uint32_t first, uint64_t bits) {
  SharedParts parts{};
  if (bits == 0) return parts;
  memcpy(parts.payload, payload, kDigestBytes);
  parts.first = part_of(first + static_cast<uint32_t>(__builtin_ctzll(bits)));
  parts.end = part_of(first + 63 - static_cast<uint32_t>(__builtin_clzll(bits))) + 1;
  return parts;
}

inline bool is_shared_topic(const char* topic) { return strncmp(topic, kShared, sizeof kShared - 1) == 0; }

// "mote/1/blk/<digest>/<part>" into kSharedTopicBytes at `text`.
inline const char* shared_topic(const uint8_t* payload, uint32_t part, char* text) {
  char* to = strcpy(text, kShared) + sizeof kShared - 1;
  for (size_t i = 0; i < 2 * kDigestBytes; ++i) *to++ = "0123456789abcdef"[payload[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
  *to++ = '/';
  uint32_t digits = 1;
  for (uint32_t left = part; left >= 10; left /= 10) ++digits;
  to[digits] = 0;
  for (; digits > 0; part /= 10) to[--digits] = static_cast<char>('0' + part % 10);
  return text;
}

// One topic more or less at an end of the stretch that is heard.
struct SharedStep {
  uint32_t* end;  // null: all that is wanted is heard, and nothing else
  bool up, subscribe;

  uint32_t part() const { return up ? *end : *end - 1; }
  void take() const { *end = up ? *end + 1 : *end - 1; }
};

inline SharedStep next_step(SharedParts* heard, const SharedParts& wanted) {
  if (heard->first == heard->end) {
    *heard = wanted;
    heard->end = wanted.first;
  } else if (memcmp(heard->payload, wanted.payload, kDigestBytes) != 0 || heard->first < wanted.first ||
             heard->first >= wanted.end) {
    return {&heard->first, true, false};
  }
  if (heard->end > wanted.end) return {&heard->end, false, false};
  if (heard->first > wanted.first) return {&heard->first, false, true};
  if (heard->end < wanted.end) return {&heard->end, true, true};
  return {nullptr, false, false};
}

// Goes from what is heard to what is wanted: change(topic, true) subscribes, change(topic, false) leaves, and either may be
// refused for want of room. False then: call again later, it goes on from there.
template <typename Change>
bool shared_follow(SharedParts* heard, const SharedParts& wanted, Change change) {
  char text[kSharedTopicBytes];
  for (;;) {
    const SharedStep step = next_step(heard, wanted);
    if (step.end == nullptr) return true;
    if (!change(shared_topic(heard->payload, step.part(), text), step.subscribe)) return false;
    step.take();
  }
}

}  // namespace mote::net
