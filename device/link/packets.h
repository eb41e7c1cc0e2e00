// Whole MQTT 3.1.1 packets out of a broker's bytes, for a client that must not trust what a broker announces
// (docs/spec/topics.md, T3).
//
// A packet is refused at its header, before any of it is kept, when it is longer than a message may be, of QoS 2, or none that a
// broker sends to a client that only publishes and subscribes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "device/format/channels.h"

namespace mote {

constexpr uint32_t kMaxTopicBytes = 100;
constexpr uint32_t kPacketHeadBytes = 3;  // type, and the two bytes that a length up to 16383 takes
constexpr uint32_t kPacketReaderBytes = kPacketHeadBytes + 2 + kMaxTopicBytes + 2 + kMaxMessageBytes;

enum class PacketStatus : uint8_t { more, whole, refused };

struct PacketReader {
  uint8_t* buffer;  // kPacketReaderBytes, of the caller
  uint32_t filled;
  uint32_t head;    // bytes of the fixed header; 0: not complete yet
  uint32_t length;  // of all of the packet, once its head is there
  bool refused;     // for ever: the place of the next packet is not known
};

void packet_reader_init(PacketReader* reader, uint8_t* buffer);

// Takes bytes up to the end of one packet; *taken says how many. When it is `whole`, the packet stands in buffer[0, filled) until
// the next call.
PacketStatus packet_reader_take(PacketReader* reader, const uint8_t* bytes, size_t count, size_t* taken);

}  // namespace mote
