// Holds the link codec to docs/spec/serial-link.md.
#include "device/link/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "device/link/crc32.h"
#include "device/link/test/any_bytes.h"

namespace mote {
namespace {

struct Received {
  FrameType type;
  uint8_t sequence;
  Bytes payload;
  bool operator==(const Received&) const = default;
};

class Receiver {
 public:
  explicit Receiver(size_t capacity = kFrameReaderBytes) : buffer_(capacity) {
    frame_reader_init(&reader_, buffer_.data(), buffer_.size());
  }
  std::vector<Received> take(ByteView bytes) {
    std::vector<Received> frames;
    Frame frame;
    for (const uint8_t byte : bytes)
      if (frame_reader_take(&reader_, byte, &frame))
        frames.push_back({frame.type, frame.sequence, Bytes(frame.payload, frame.payload + frame.count)});
    return frames;
  }
  uint32_t dropped() const { return reader_.dropped; }

 private:
  Bytes buffer_;
  FrameReader reader_;
};

Bytes encode(const Received& frame) {
  Bytes bytes(frame_bytes_at_most(frame.payload.size()));
  bytes.resize(frame_encode(frame.type, frame.sequence, frame.payload.data(), frame.payload.size(), bytes.data()));
  return bytes;
}

// `zeros` of 256 bytes are zero, the rest anything.
Bytes random_payload(Random& random, size_t count, unsigned zeros) {
  Bytes payload(count);
  for (uint8_t& byte : payload) byte = random.below(256) < zeros ? 0 : static_cast<uint8_t>(1 + random.below(255));
  return payload;
}

TEST(Crc32, HasThePublishedValues) {
  EXPECT_EQ(crc32("", 0), 0u);
  EXPECT_EQ(crc32("123456789", 9), 0xcbf43926u);  // the check value of CRC-32/ISO-HDLC
  EXPECT_EQ(crc32("6789", 4, crc32("12345", 5)), crc32("123456789", 9));
}

TEST(Link, L1_writes_the_worked_example) {
  EXPECT_EQ(to_hex(encode({FrameType::message, 7, {0x10, 0x00, 0xff}})), "0404071006ff9925519f00");
}

TEST(Link, L2_frames_of_every_length_come_back) {
  Random random(1);
  Receiver receiver;
  for (size_t count = 0; count < 800; ++count) {
    for (const unsigned zeros : {0u, 40u, 256u}) {
      const Received sent{FrameType::window, static_cast<uint8_t>(count), random_payload(random, count, zeros)};
      const Bytes bytes = encode(sent);
      ASSERT_EQ(std::count(bytes.begin(), bytes.end(), 0), 1) << "a zero byte is the delimiter and nothing else";
      ASSERT_LE(bytes.size(), frame_bytes_at_most(count));
      ASSERT_EQ(receiver.take(bytes), std::vector{sent}) << count;
    }
  }
  EXPECT_EQ(receiver.dropped(), 0u);
}

TEST(Link, L2_a_payload_in_pieces_makes_the_same_frame) {
  Random random(7);
  const Bytes payload = random_payload(random, 700, 20);
  const FramePiece pieces[] = {
      {payload.data(), 1}, {payload.data() + 1, 299}, {payload.data() + 300, 0}, {payload.data() + 300, 400}};
  Bytes sent;
  frame_send(FrameType::message, 8, pieces, std::size(pieces), &sent,
             [](void* to, uint8_t byte) { static_cast<Bytes*>(to)->push_back(byte); });
  EXPECT_EQ(sent, encode({FrameType::message, 8, payload}));
}

TEST(Link, L3_the_largest_payload_passes_and_one_byte_more_does_not) {
  Random random(2);
  Receiver receiver(kFrameReaderBytes + 64);
  const Received largest{FrameType::message, 1, random_payload(random, kMaxFramePayload, 0)};
  EXPECT_EQ(receiver.take(encode(largest)), std::vector{largest});
  EXPECT_TRUE(receiver.take(encode({FrameType::message, 2, random_payload(random, kMaxFramePayload + 1, 0)})).empty());
  EXPECT_EQ(receiver.dropped(), 1u);
}

TEST(Link, L3_a_frame_longer_than_the_buffer_is_dropped_and_the_next_is_read) {
  Receiver receiver(64);
  Bytes bytes = encode({FrameType::log, 1, Bytes(100, 'x')});
  const Received next{FrameType::log, 2, Bytes(40, 'y')};
  append(bytes, encode(next));
  EXPECT_EQ(receiver.take(bytes), std::vector{next});
  EXPECT_EQ(receiver.dropped(), 1u);
}

TEST(Link, L4_every_changed_bit_is_noticed) {
  Random random(3);
  const Received sent{FrameType::message, 3, random_payload(random, 300, 20)};
  const Bytes good = encode(sent);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    Receiver receiver;
    EXPECT_TRUE(receiver.take(bad).empty()) << "bit " << bit;
    const Received next{FrameType::message, 4, {1, 2, 3}};
    receiver.take(Bytes{0});
    EXPECT_EQ(receiver.take(encode(next)), std::vector{next}) << "after bit " << bit;
  }
}

TEST(Link, L4_every_lost_byte_is_noticed) {
  Random random(4);
  const Bytes good = encode({FrameType::message, 3, random_payload(random, 300, 20)});
  for (size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad.erase(bad.begin() + static_cast<ptrdiff_t>(at));
    Receiver receiver;
    EXPECT_TRUE(receiver.take(bad).empty()) << "byte " << at;
  }
}

TEST(Link, L5_reads_on_after_noise_and_after_joining_in_mid_frame) {
  Random random(5);
  const Received first{FrameType::window, 1, random_payload(random, 200, 5)};
  const Received second{FrameType::window, 2, random_payload(random, 200, 5)};
  for (size_t skipped = 1; skipped < 200; skipped += 7) {
    Bytes bytes = encode(first);
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(skipped));
    append(bytes, encode(second));
    Receiver receiver;
    EXPECT_EQ(receiver.take(bytes), std::vector{second});
    EXPECT_EQ(receiver.dropped(), 1u);
  }
}

TEST(Link, L6_the_sequence_tells_what_was_lost) {
  EXPECT_EQ(frames_lost(4, 5), 0);
  EXPECT_EQ(frames_lost(255, 0), 0);
  EXPECT_EQ(frames_lost(254, 1), 2);
}

TEST(Link, L5_delimiters_in_a_row_are_no_error) {
  Receiver receiver;
  EXPECT_TRUE(receiver.take(Bytes(10, 0)).empty());
  EXPECT_EQ(receiver.dropped(), 0u);
}

// The fuzzer's property, on streams that were cut, joined and changed; the same ones in every run.
TEST(Link, SurvivesTwentyThousandMutations) {
  Random random(6);
  size_t good = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes stream;
    for (int i = 0; i < 3; ++i)
      append(stream, encode({static_cast<FrameType>(random.below(8)), static_cast<uint8_t>(i),
                             random_payload(random, random.below(60), static_cast<unsigned>(random.below(257)))}));
    for (uint64_t changes = random.below(4); changes > 0; --changes) {
      const size_t at = random.below(stream.size());
      const auto place = stream.begin() + static_cast<ptrdiff_t>(at);
      switch (random.below(3)) {
        case 0:
          *place = static_cast<uint8_t>(random.next());
          break;
        case 1:
          stream.insert(place, static_cast<uint8_t>(random.below(4)));
          break;
        default:
          stream.erase(place);
          break;
      }
    }
    good += read_any_bytes(stream.data(), stream.size(), kFrameReaderBytes);
    read_any_bytes(stream.data(), stream.size(), 24);
  }
  EXPECT_GT(good, 20000u) << "most frames were left whole and must be read";
  EXPECT_LT(good, 60000u) << "some were changed and must not";
}

}  // namespace
}  // namespace mote
