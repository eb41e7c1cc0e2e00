// The channels between a device and its host; the same numbers on MQTT topics and on the serial link (docs/spec/topics.md).
#pragma once

#include <stdint.h>

namespace mote {

//              number  name         direction
#define MOTE_CHANNELS(X)                                                                              \
  X(1, state)        /* up, retained: envelope of type state */                                       \
  X(2, report)       /* up: envelope of type report */                                                \
  X(3, request)      /* up: Request */                                                                \
  X(16, desired)     /* down, retained: directive envelope, then image envelope */                    \
  X(17, block)       /* down: Block */                                                                \
  X(18, acknowledge) /* down: Acknowledge, once a report is stored */                                 \
  X(19, time)        /* down, retained, shared: envelope of type time */                              \
  X(20, root)        /* down: envelope of type root */

enum class Channel : uint8_t {
#define X(number, name) name = number,
  MOTE_CHANNELS(X)
#undef X
};

constexpr Channel kChannels[] = {
#define X(number, name) Channel::name,
    MOTE_CHANNELS(X)
#undef X
};

// From the host to the device.
constexpr bool is_down(Channel channel) { return static_cast<uint8_t>(channel) >= 16; }

constexpr uint32_t kMaxMessageBytes = 8192;  // on every channel, either way

// Chunks that several devices ask for at once stand on topics of parts of a payload, so that a device is not sent those of parts
// that it has or that it has not come to.
constexpr uint32_t kChunksInPart = 64;
constexpr uint32_t part_of(uint32_t chunk) { return chunk / kChunksInPart; }

}  // namespace mote
