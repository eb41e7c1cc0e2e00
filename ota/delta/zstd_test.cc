// Deltas of codec 2 there and back, and whatever bytes claim to be one (docs/spec/delta.md; names bear the labels).
#include "ota/delta/zstd.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "base/random.h"
#include "base/test/noise.h"
#include "ota/delta/delta.h"

namespace mote {
namespace {

// The base with stretches of other bytes in it.
Bytes patched(Bytes bytes, uint64_t seed) {
  Random random(seed);
  for (size_t at = 0; at + 8 < bytes.size(); at += 200 + random.below(400))
    for (size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<uint8_t>(random.next());
  return bytes;
}

Result<Bytes> made_of(const Bytes& base, const Bytes& delta, size_t bytes) {
  return apply_delta(base, delta, bytes, DeltaCodec::zstd);
}

TEST(ZstdDelta, D1_ComesBackForAnyTwo) {
  for (const size_t base : {0, 1, 15, 1000, 40000, 300000})
    for (const size_t target : {0, 1, 17, 1000, 40001, 300001}) {
      const Bytes from = noise(base, 1), to = noise(target, 2);
      const Result<Bytes> delta = make_delta(from, to, DeltaCodec::zstd);
      ASSERT_TRUE(delta.ok()) << delta.error().line();
      EXPECT_EQ(made_of(from, *delta, to.size()).value(), to) << base << " " << target;
    }
}

TEST(ZstdDelta, WhatTheBaseHasIsNotSent) {
  const Bytes base = noise(200'000, 3);
  EXPECT_LT(make_delta(base, base, DeltaCodec::zstd)->size(), 100u);
  EXPECT_LT(make_delta(base, patched(base, 4), DeltaCodec::zstd)->size(), base.size() / 10);
  Bytes turned(base.begin() + 100'000, base.end());
  turned.insert(turned.end(), base.begin(), base.begin() + 100'000);
  EXPECT_LT(make_delta(base, turned, DeltaCodec::zstd)->size(), 200u);
}

TEST(ZstdDelta, D2_ADamagedOneMakesNothingElse) {
  const Bytes base = noise(3000, 5), target = patched(base, 6);
  const Bytes good = make_delta(base, target, DeltaCodec::zstd).value();
  ASSERT_LT(good.size(), 1000u);
  for (size_t at = 0; at < good.size(); ++at)
    for (const uint8_t change : std::array<uint8_t, 4>{0x01, 0x10, 0x80, 0xFF}) {
      Bytes bytes = good;
      bytes[at] ^= change;
      const Result<Bytes> made = made_of(base, bytes, target.size());
      EXPECT_TRUE(!made.ok() || *made == target) << at;
    }
  for (size_t count = 0; count < good.size(); ++count)
    EXPECT_FALSE(made_of(base, Bytes(good.begin(), good.begin() + static_cast<long>(count)), target.size()).ok()) << count;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(made_of(base, longer, target.size()).ok());
  longer.pop_back();
  append(longer, good);
  EXPECT_FALSE(made_of(base, longer, target.size()).ok()) << "nor two of them";
}

TEST(ZstdDelta, D2_AnyBytesAreDecodedOrRefusedInPeace) {
  const Bytes base = noise(2000, 7), target = patched(base, 8);
  const Bytes good = make_delta(base, target, DeltaCodec::zstd).value();
  Random random(9);
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = good;
    for (uint64_t left = 1 + random.below(5); left > 0; --left)
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 1));
    if (random.below(4) == 0) std::copy(good.begin(), good.begin() + 6, bytes.begin()), append(bytes, noise(50, random.next()));
    const Bytes exact(bytes.begin(), bytes.end());  // of exactly its size, so that AddressSanitizer sees a step outside
    (void)made_of(base, exact, target.size());
  }
}

TEST(ZstdDelta, D2_AnotherBaseOrTargetIsRefused) {
  const Bytes base = noise(5000, 10), target = patched(base, 11);
  const Bytes delta = make_delta(base, target, DeltaCodec::zstd).value();
  EXPECT_FALSE(made_of(noise(5000, 12), delta, target.size()).ok());
  EXPECT_FALSE(made_of(base, delta, target.size() + 1).ok());
  EXPECT_FALSE(made_of(base, delta, target.size() - 1).ok());
  EXPECT_FALSE(apply_delta(base, delta, target.size()).ok()) << "nor by the other codec";
  EXPECT_FALSE(made_of(base, make_delta(base, target).value(), target.size()).ok());
}

Bytes frame_of(const Bytes& content, int window_log, bool says_size) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, says_size ? 1 : 0);
  Bytes frame(ZSTD_compressBound(content.size()));
  frame.resize(ZSTD_compress2(context.get(), frame.data(), frame.size(), content.data(), content.size()));
  return frame;
}

// A frame that says `says` bytes in four, and makes `content`.
Bytes frame_that_says(uint32_t says, const Bytes& content) {
  Bytes frame = frame_of(content, 22, true);
  const size_t head = 4 + 1 + 4;  // magic, descriptor, content size of a frame of more than 65791 bytes without a window
  EXPECT_EQ(frame[4] & 0xE0, 0xA0);
  std::memcpy(frame.data() + head - 4, &says, sizeof says);
  return frame;
}

TEST(ZstdDelta, D2_D3_ABombMakesNoMoreThanTheTargetInNoMoreMemory) {
  const Bytes zeros(4'000'000);
  EXPECT_LT(frame_of(zeros, 20, true).size(), 1000u) << "a bomb";
  EXPECT_FALSE(made_of({}, frame_of(zeros, 20, true), 1000).ok());
  EXPECT_FALSE(made_of({}, frame_of(zeros, 20, false), 1000).ok()) << "nor one that does not say how much it makes";
  EXPECT_FALSE(made_of({}, frame_that_says(100'000, zeros), 100'000).ok()) << "nor one that says less than it makes";
  EXPECT_TRUE(made_of({}, frame_of(zeros, 20, true), zeros.size()).ok());
}

// 300 bytes that ask for a window of 2^log.
Bytes frame_with_window(int log) {
  const Bytes frame = frame_of(Bytes(300), 10, true);
  EXPECT_EQ(frame[4], 0x60) << "one segment, its size in two bytes";
  Bytes asking(frame.begin(), frame.begin() + 4);
  append(asking, Bytes{0x40, static_cast<uint8_t>((log - 10) << 3)});
  append(asking, ByteView(frame).subspan(5));
  return asking;
}

struct Source {
  Bytes bytes;
  DeltaBytes port() {
    return {this,
            [](void* context, uint32_t offset, void* to, uint32_t count) {
              auto* source = static_cast<Source*>(context);
              ASSERT_LE(offset + count, source->bytes.size());
              std::memcpy(to, source->bytes.data() + offset, count);
            },
            static_cast<uint32_t>(bytes.size())};
  }
};

// In pieces, as a device makes a model: zstd needs no window where it makes all at once.
TEST(ZstdDelta, D3_AWindowBeyondTheTargetIsRefused) {
  for (const int log : {10, 11, 20, 27, 31}) {
    Source base, delta{frame_with_window(log)};
    const DeltaBytes from = base.port(), by = delta.port();
    ZstdDecoder decoder;
    ASSERT_EQ(decoder.begin(by, from, 300), MOTE_OK);
    Bytes piece(100, 1);
    EXPECT_EQ(decoder.next(piece.data(), 100), log == 10 ? MOTE_OK : MOTE_MALFORMED) << log;
  }
}

TEST(ZstdDelta, APieceAtATimeOfAnySize) {
  Source base{noise(100'000, 13)}, delta;
  const Bytes target = patched(base.bytes, 14);
  delta.bytes = make_delta(base.bytes, target, DeltaCodec::zstd).value();
  const DeltaBytes from = base.port(), by = delta.port();
  ZstdDecoder decoder;
  const DeltaCodecs port = decoder.port();
  Random random(15);
  for (const bool left : {false, true, false}) {  // one decoder, one delta after the other, also when one was left
    ASSERT_EQ(port.begin(port.context, by, from, static_cast<uint32_t>(target.size()), DeltaCodec::zstd), MOTE_OK);
    Bytes made(target.size());
    uint32_t at = 0;
    while (at < made.size() && (!left || at < 5000)) {
      const auto count = static_cast<uint32_t>(std::min<uint64_t>(1 + random.below(700), made.size() - at));
      ASSERT_EQ(port.next(port.context, made.data() + at, count), MOTE_OK);
      at += count;
    }
    EXPECT_EQ(made == target, !left);
    uint8_t more;
    EXPECT_EQ(port.next(port.context, &more, 1), left ? MOTE_OK : MOTE_MALFORMED);
    port.end(port.context);
    EXPECT_EQ(port.next(port.context, &more, 1), MOTE_MALFORMED) << "after its end there is nothing";
  }
}

}  // namespace
}  // namespace mote
