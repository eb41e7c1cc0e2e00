// A broker's packets: whole ones in any pieces, and those that are refused at their header.
#include "device/link/packets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "device/link/test/any_packets.h"

namespace mote {
namespace {

using Packet = std::vector<uint8_t>;

Packet publish(const std::string& topic, size_t payload, uint8_t header = 0x30) {
  Packet packet = {header};
  const size_t length = 2 + topic.size() + ((header & 6) != 0 ? 2 : 0) + payload;
  for (size_t left = length;; left >>= 7) {
    packet.push_back(static_cast<uint8_t>((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
    if (left <= 0x7f) break;
  }
  packet.push_back(static_cast<uint8_t>(topic.size() >> 8));
  packet.push_back(static_cast<uint8_t>(topic.size()));
  packet.insert(packet.end(), topic.begin(), topic.end());
  if ((header & 6) != 0) packet.insert(packet.end(), {0, 1});
  packet.resize(packet.size() + payload, 0x55);
  return packet;
}

// How many bytes were taken when it was refused; all of them when it was not.
size_t refused_after(const Packet& stream) {
  std::vector<uint8_t> buffer(kPacketReaderBytes);
  PacketReader reader;
  packet_reader_init(&reader, buffer.data());
  size_t at = 0;
  while (at < stream.size()) {
    size_t taken = 0;
    if (packet_reader_take(&reader, stream.data() + at, 1, &taken) == PacketStatus::refused) return at + 1;
    at += taken;
  }
  return 0;
}

TEST(Packets, ComeWholeFromPiecesOfAnySize) {
  const std::vector<Packet> sent = {{0x20, 2, 0, 0},    publish("mote/1/time", 100, 0x33),
                                    {0x90, 3, 0, 1, 1}, {0xB0, 2, 0, 2},
                                    {0xD0, 0},          publish("mote/1/d/a/block", kMaxMessageBytes),
                                    publish("a", 0),    {0x40, 2, 0, 7}};
  Packet stream;
  for (const Packet& packet : sent) stream.insert(stream.end(), packet.begin(), packet.end());
  Random random(1);
  for (int round = 0; round < 200; ++round) EXPECT_EQ(packets_of(stream, [&] { return 1 + random.below(round + 1); }), sent);
}

TEST(Packets, T3_AreRefusedAtTheirLengthBeforeTheyAreKept) {
  EXPECT_EQ(refused_after(publish("mote/1/time", kMaxMessageBytes)), 0u);
  EXPECT_NE(refused_after(publish("mote/1/time", kMaxMessageBytes + 1)), 0u);
  EXPECT_EQ(refused_after(publish("t", 20000)), 3u);
  EXPECT_EQ(refused_after({0x30, 0xff, 0xff, 0xff, 0x7f}), 3u) << "256 MB";
  EXPECT_EQ(refused_after({0x30, 0x80, 0x80, 0x80, 0x80, 0x80}), 3u) << "a length that does not end";
}

TEST(Packets, AreRefusedWhenTheyAreNoneOfABrokers) {
  for (const uint8_t header : {0x00, 0x10, 0x21, 0x34, 0x36, 0x50, 0x62, 0x70, 0x82, 0xA2, 0xB1, 0xC0, 0xE0, 0xF0})
    EXPECT_EQ(refused_after({header, 2, 0, 0}), 1u) << int{header};
  for (const Packet& packet : {Packet{0x20, 3, 0, 0, 0}, Packet{0x40, 0}, Packet{0x90, 2, 0, 0}, Packet{0xB0, 3, 0, 1, 0},
                               Packet{0xD0, 1, 0}, Packet{0x30, 1, 0}})
    EXPECT_EQ(refused_after(packet), 2u);
}

TEST(Packets, AreRefusedWhenTheirTopicDoesNotFit) {
  EXPECT_EQ(refused_after(publish(std::string(kMaxTopicBytes, 't'), 5)), 0u);
  EXPECT_NE(refused_after(publish(std::string(kMaxTopicBytes + 1, 't'), 5)), 0u);
  EXPECT_NE(refused_after({0x30, 4, 0, 9, 'a', 'b'}), 0u) << "longer than its packet";
  EXPECT_NE(refused_after({0x32, 4, 0, 1, 'a', 'b'}), 0u) << "half an identifier";
  EXPECT_NE(refused_after({0x30, 2, 0, 0}), 0u) << "no topic";
}

TEST(Packets, AnyBytesAreTakenOrRefusedInPeace) {
  Random random(2);
  for (int round = 0; round < 20000; ++round) {
    Packet stream = publish("mote/1/time", random.below(300), random.below(2) == 0 ? 0x30 : 0x32);
    for (uint64_t left = random.below(4); left > 0; --left)
      stream[random.below(stream.size())] = static_cast<uint8_t>(random.next());
    packets_of(stream, [&] { return 1 + random.below(40); });
  }
}

}  // namespace
}  // namespace mote
