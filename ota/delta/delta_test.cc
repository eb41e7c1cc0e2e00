// Deltas there and back, and whatever bytes claim to be one (docs/spec/delta.md; names bear the labels).
#include "ota/delta/delta.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/test/noise.h"
#include "device/model/test/sample_models.h"
#include "device/update/delta.h"
#include "ota/delta/encode.h"

namespace mote {
namespace {

// One byte in `every` moved by one.
Bytes nudged(Bytes bytes, uint32_t every, uint64_t seed) {
  Random random(seed);
  for (uint8_t& byte : bytes)
    if (random.below(every) == 0) byte = static_cast<uint8_t>(byte + (random.below(2) == 0 ? 1 : -1));
  return bytes;
}

void expect_back(const Bytes& base, const Bytes& target) {
  const Result<Bytes> delta = make_delta(base, target);
  ASSERT_TRUE(delta.ok()) << delta.error().line();
  EXPECT_EQ(apply_delta(base, *delta, target.size()).value(), target);
}

TEST(Delta, D1_ComesBackForAnyTwo) {
  for (const size_t base : {0, 1, 15, 16, 1000, 40000})
    for (const size_t target : {0, 1, 17, 1000, 40001}) expect_back(noise(base, 1), noise(target, 2));
  const Bytes one = noise(50000, 3);
  for (const uint32_t every : {1u, 2u, 20u, 1000u, 1000000u}) expect_back(one, nudged(one, every, 4));
}

TEST(Delta, D1_LiteralsAndMovesInAnyOrder) {
  const Bytes base = noise(3000, 5);
  Random random(6);
  for (int round = 0; round < 200; ++round) {
    std::vector<Stretch> stretches;
    Bytes target;
    for (uint64_t left = 1 + random.below(8); left > 0; --left) {
      Stretch stretch{1 + static_cast<size_t>(random.below(600)), random.below(2) == 0, 0};
      if (stretch.copies) stretch.base_at = static_cast<size_t>(random.below(base.size() - stretch.bytes + 1));
      for (size_t i = 0; i < stretch.bytes; ++i)
        target.push_back(stretch.copies && random.below(3) != 0 ? base[stretch.base_at + i]
                                                                : static_cast<uint8_t>(random.next()));
      stretches.push_back(stretch);
    }
    ASSERT_EQ(apply_delta(base, encode_delta(base, target, stretches), target.size()).value(), target) << round;
  }
}

TEST(Delta, SmallChangesAreSmall) {
  const Bytes base = noise(65536, 7);
  EXPECT_LT(make_delta(base, base)->size(), 200u);
  EXPECT_LT(make_delta(base, nudged(base, 100, 8))->size(), 1000u);
  EXPECT_LT(make_delta(base, nudged(base, 20, 8))->size(), 3200u);
  EXPECT_LT(make_delta(base, noise(65536, 9))->size(), 66500u) << "and what has nothing in common costs hardly more than itself";
}

TEST(Delta, ModelsMeetTensorByTensor) {
  const AlignedBytes one = dense_model().build();
  ModelBuilder more = dense_model();
  more.labels = {"a", "much", "longer", "list of labels, so that the weights begin elsewhere"};
  const AlignedBytes other = more.build();
  const Bytes base(one.data(), one.data() + one.size()), target(other.data(), other.data() + other.size());
  std::vector<Stretch> stretches = align(base, target);
  size_t covered = 0;
  for (const Stretch& stretch : stretches) covered += stretch.bytes;
  EXPECT_EQ(covered, target.size());
  expect_back(base, target);
  EXPECT_LT(make_delta(base, target)->size(), target.size() / 2);
}

TEST(Delta, D2_AnyBytesAreDecodedOrRefusedInPeace) {
  const Bytes base = noise(2000, 10), target = nudged(base, 5, 11);
  const Bytes good = make_delta(base, target).value();
  Random random(12);
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = good;
    for (uint64_t left = 1 + random.below(5); left > 0; --left)
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    if (random.below(3) == 0) bytes.resize(random.below(bytes.size() + 1));
    const Bytes exact(bytes.begin(), bytes.end());  // of exactly its size, so that AddressSanitizer sees a step outside
    (void)apply_delta(base, exact, target.size());
  }
}

TEST(Delta, D2_AnotherBaseOrTargetIsRefused) {
  const Bytes base = noise(500, 13), target = nudged(base, 5, 14);
  const Bytes delta = make_delta(base, target).value();
  EXPECT_FALSE(apply_delta(noise(501, 13), delta, target.size()).ok());
  EXPECT_FALSE(apply_delta(base, delta, target.size() + 1).ok());
  EXPECT_FALSE(apply_delta(base, ByteView(delta).first(15), target.size()).ok());
  Bytes later = delta;
  later[4] = 2;
  EXPECT_FALSE(apply_delta(base, later, target.size()).ok());
}

TEST(Delta, D3_ADecoderFitsIntoTwoKibibytes) { EXPECT_LE(sizeof(DeltaDecoder) + 256, 2048u); }

}  // namespace
}  // namespace mote
