// Collects one packet at a time; everything about it that can be wrong is found at its header, but for the length of its topic.
#include "device/link/packets.h"

#include <string.h>

namespace mote {
namespace {

// A type, the flags that may stand beside it, and the lengths it may have (MQTT 3.1.1, 2.2 and 3).
struct PacketRule {
  uint8_t header;
  uint8_t free_flags;
  uint32_t least, most;
};
constexpr uint8_t kPublish = 0x30, kPublishQos = 0x06;
constexpr PacketRule kPacketRules[] = {
    {0x20, 0, 2, 2},                                             // CONNACK
    {kPublish, 0x0B, 2, kPacketReaderBytes - kPacketHeadBytes},  // PUBLISH, any flags but QoS 2
    {0x40, 0, 2, 2},                                             // PUBACK
    {0x90, 0, 3, 3},                                             // SUBACK of one topic
    {0xB0, 0, 2, 2},                                             // UNSUBACK
    {0xD0, 0, 0, 0},                                             // PINGRESP
};

const PacketRule* rule_of(uint8_t header) {
  for (const PacketRule& rule : kPacketRules)
    if ((header & ~rule.free_flags) == rule.header) return &rule;
  return nullptr;
}

// After the second byte, or the third. False: the packet is refused.
bool take_length(PacketReader* reader) {
  const uint8_t last = reader->buffer[reader->filled - 1];
  if ((last & 0x80) != 0) return reader->filled < kPacketHeadBytes;
  uint32_t length = reader->buffer[1] & 0x7F;
  if (reader->filled == 3) length |= static_cast<uint32_t>(last) << 7;
  const PacketRule& rule = *rule_of(reader->buffer[0]);
  if (length < rule.least || length > rule.most) return false;
  reader->head = reader->filled;
  reader->length = reader->head + length;
  return true;
}

// Of a whole packet.
bool topic_fits(const PacketReader& reader) {
  if ((reader.buffer[0] & 0xF0) != kPublish) return true;
  const uint8_t* body = reader.buffer + reader.head;
  const uint32_t topic = static_cast<uint32_t>(body[0] << 8 | body[1]);
  const uint32_t before_payload = 2 + topic + ((reader.buffer[0] & kPublishQos) != 0 ? 2 : 0);
  const uint32_t length = reader.length - reader.head;
  return topic != 0 && topic <= kMaxTopicBytes && before_payload <= length && length - before_payload <= kMaxMessageBytes;
}

bool take_byte_of_head(PacketReader* reader, uint8_t byte) {
  reader->buffer[reader->filled++] = byte;
  return reader->filled == 1 ? rule_of(byte) != nullptr : take_length(reader);
}

PacketStatus refuse(PacketReader* reader) {
  reader->refused = true;
  return PacketStatus::refused;
}

}  // namespace

void packet_reader_init(PacketReader* reader, uint8_t* buffer) {
  memset(reader, 0, sizeof *reader);
  reader->buffer = buffer;
}

PacketStatus packet_reader_take(PacketReader* reader, const uint8_t* bytes, size_t count, size_t* taken) {
  *taken = 0;
  if (reader->refused) return PacketStatus::refused;
  if (reader->head != 0 && reader->filled == reader->length) packet_reader_init(reader, reader->buffer);
  while (reader->head == 0) {
    if (*taken == count) return PacketStatus::more;
    if (!take_byte_of_head(reader, bytes[(*taken)++])) return refuse(reader);
  }
  const size_t missing = reader->length - reader->filled;
  const size_t share = count - *taken < missing ? count - *taken : missing;
  memcpy(reader->buffer + reader->filled, bytes + *taken, share);
  reader->filled += static_cast<uint32_t>(share);
  *taken += share;
  if (share < missing) return PacketStatus::more;
  return topic_fits(*reader) ? PacketStatus::whole : refuse(reader);
}

}  // namespace mote
