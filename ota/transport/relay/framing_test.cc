// What passes the relay and what does not.
#include "ota/transport/relay/framing.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ota/transport/backoff.h"
#include "ota/transport/test/any_stream.h"

namespace mote {
namespace {

Bytes packet(uint8_t header, uint32_t length) {
  Bytes bytes;
  bytes.reserve(5 + length);
  bytes.push_back(header);
  uint32_t left = length;
  do {
    bytes.push_back(static_cast<uint8_t>((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
    left >>= 7;
  } while (left != 0);
  bytes.resize(bytes.size() + length, 'x');
  return bytes;
}

bool passes(const Bytes& bytes, Direction direction) { return bytes_that_pass(bytes, direction) == bytes.size(); }

TEST(Framing, LetsEveryPacketPassThatWeSpeak) {
  for (const auto& [header, length] : std::initializer_list<std::pair<uint8_t, uint32_t>>{
           {0x20, 2}, {0x30, 3}, {0x31, kMaxPacketBytes}, {0x32, 5}, {0x3b, 200}, {0x40, 2}, {0x90, 3}, {0xb0, 2}, {0xd0, 0}})
    EXPECT_TRUE(passes(packet(header, length), Direction::from_broker)) << int{header};
  for (const auto& [header, length] : std::initializer_list<std::pair<uint8_t, uint32_t>>{
           {0x10, 30}, {0x30, 3}, {0x33, kMaxPacketBytes}, {0x40, 2}, {0x82, 9}, {0xa2, 7}, {0xc0, 0}, {0xe0, 0}})
    EXPECT_TRUE(passes(packet(header, length), Direction::to_broker)) << int{header};
}

TEST(Framing, ReadsOneAfterTheOther) {
  Bytes stream;
  for (int round = 0; round < 100; ++round) {
    append(stream, packet(0x32, 100 + static_cast<uint32_t>(round) * 50));
    append(stream, packet(0xd0, 0));
    append(stream, packet(0x40, 2));
  }
  EXPECT_TRUE(passes(stream, Direction::from_broker));
  check_any_stream(stream);
  stream.push_back(0x00);
  EXPECT_EQ(bytes_that_pass(stream, Direction::from_broker), stream.size() - 1);
}

TEST(Framing, T3_RefusesALengthBeforeItsLastDigitAndAllOfItsBody) {
  EXPECT_FALSE(passes(packet(0x30, kMaxPacketBytes + 1), Direction::from_broker));
  for (const Bytes& header :
       {Bytes{0x30, 0xff, 0xff, 0xff, 0x7f}, Bytes{0x30, 0x80, 0x80, 0x80, 0x01}, Bytes{0x30, 0x80, 0x80, 0x01}})
    EXPECT_LT(bytes_that_pass(header, Direction::from_broker), header.size());
  EXPECT_LE(bytes_that_pass(Bytes{0x30, 0xff, 0xff, 0xff, 0x7f}, Direction::from_broker), 3u);
  EXPECT_FALSE(passes({0x30, 0x80, 0x80, 0x80, 0x80, 0x01}, Direction::from_broker));  // five digits
}

TEST(Framing, RefusesTypesOfTheOtherDirectionAndOfQualityTwo) {
  for (const uint8_t header : {0x00, 0x10, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0, 0xf0})
    EXPECT_FALSE(passes(packet(header, 2), Direction::from_broker)) << int{header};
  for (const uint8_t header : {0x00, 0x20, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0, 0xf0})
    EXPECT_FALSE(passes(packet(header, 2), Direction::to_broker)) << int{header};
  for (const uint8_t header : {0x34, 0x36}) {
    EXPECT_FALSE(passes(packet(header, 9), Direction::from_broker));
    EXPECT_FALSE(passes(packet(header, 9), Direction::to_broker));
  }
}

TEST(Framing, RefusesWrongFlagsAndLengthsOfATypesOwn) {
  EXPECT_FALSE(passes(packet(0x21, 2), Direction::from_broker));
  EXPECT_FALSE(passes(packet(0x80, 9), Direction::to_broker));
  EXPECT_FALSE(passes(packet(0x20, 3), Direction::from_broker));
  EXPECT_FALSE(passes(packet(0x20, 1), Direction::from_broker));
  EXPECT_FALSE(passes(packet(0x30, 2), Direction::from_broker));
  EXPECT_FALSE(passes(packet(0xd0, 1), Direction::from_broker));
}

TEST(Framing, AnyStreamGetsTheSameAnswerHoweverItIsCut) {
  Random random(1);
  const uint8_t headers[] = {0x20, 0x30, 0x32, 0x40, 0x90, 0xb0, 0xd0, 0x10, 0x82, 0xc0, 0xe0};
  for (int round = 0; round < 3000; ++round) {
    Bytes stream;
    for (uint64_t left = 1 + random.below(6); left > 0; --left)
      append(stream, packet(headers[random.below(std::size(headers))], static_cast<uint32_t>(random.below(300))));
    for (uint64_t left = random.below(4); left > 0; --left)
      stream[random.below(stream.size())] = static_cast<uint8_t>(random.next());
    stream.resize(random.below(stream.size() + 1));
    check_any_stream(stream);
  }
}

TEST(Backoff, SpreadsOverAWindowThatDoublesUpToItsLimit) {
  Backoff backoff(200, 10'000, 5);
  int64_t limit = 200;
  for (int failure = 0; failure < 40; ++failure, limit = std::min<int64_t>(10'000, 2 * limit)) {
    const int64_t wait = backoff.next_ms();
    EXPECT_GE(wait, 0);
    EXPECT_LE(wait, limit);
  }
  int late = 0;
  for (int i = 0; i < 1000; ++i) late += backoff.next_ms() > 5000;
  EXPECT_NEAR(late, 500, 80);  // a fleet comes back evenly
  backoff.succeeded();
  EXPECT_LE(backoff.next_ms(), 200);
}

}  // namespace
}  // namespace mote
