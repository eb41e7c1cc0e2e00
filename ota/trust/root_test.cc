// Roots: what a device takes as the successor of the one it trusts (docs/spec/trust.md; names bear the labels).
#include "ota/trust/root.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/random.h"
#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

// A project whose roles have three keys and ask for two signatures each.
class RootTest : public testing::Test {
 protected:
  KeyPair key(uint8_t number) { return test_key(number); }
  Role two_of_three(uint8_t first) {
    return {1,
            2,
            {key(first).public_key, key(static_cast<uint8_t>(first + 1)).public_key,
             key(static_cast<uint8_t>(first + 2)).public_key}};
  }
  TrustRoot now() {
    TrustRoot root;
    root.root = two_of_three(10);
    root.standby = two_of_three(20);
    root.image = two_of_three(30);
    root.director = key(40).public_key;
    return root;
  }
  // The director's key replaced by another.
  TrustRoot next() {
    TrustRoot root = now();
    root.epoch = 2;
    root.director = Role(2, 1, {key(41).public_key});
    root.removed = {removed_key_of(key(40).public_key)};
    return root;
  }
  // The next root, in which the three keys of a role, from `left` on, make room for those from `first` on.
  TrustRoot with_other_keys(Role TrustRoot::*role, uint8_t left, uint8_t first) {
    TrustRoot root = now();
    root.epoch = 2;
    root.*role = two_of_three(first);
    (root.*role).epoch = 2;
    for (uint8_t i = 0; i < 3; ++i) root.removed.push_back(removed_key_of(key(static_cast<uint8_t>(left + i)).public_key));
    return root;
  }
  Bytes signed_by(const TrustRoot& root, const std::vector<uint8_t>& numbers) {
    std::vector<KeyPair> keys;
    for (const uint8_t number : numbers) keys.push_back(key(number));
    return seal_with(EnvelopeType::root, root.epoch, keys.size(), keys, root_document(root).value()).value();
  }
  std::string taken(const Bytes& envelope) { return mote_status_name(follows(now(), envelope)); }
  std::string taken(const TrustRoot& root, const std::vector<uint8_t>& numbers = {10, 11}) {
    return taken(signed_by(root, numbers));
  }
};

TEST_F(RootTest, K1_ComesBackFromItsDocument) {
  const TrustRoot root = next();
  EXPECT_EQ(read_root_document(root_document(root).value(), "root.pub").value(), root);
  const Bytes envelope = signed_by(root, {10, 11});
  EXPECT_EQ(root_envelope(root_pem(envelope), "root.pub").value(), envelope);
  EXPECT_EQ(open_root(envelope, "root.pub").value(), root);
  EXPECT_THAT(root_envelope("keys = []", "root.pub").error().line(), HasSubstr("root.pub: is no root"));
}

TEST_F(RootTest, K1_AnyBytesAreReadOrRefusedInPeace) {
  const Bytes good = root_document(next()).value();
  Random random(3);
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = good;
    for (uint64_t left = 1 + random.below(6); left > 0; --left)
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 1));
    accepted += read_root_document(bytes, "fuzzed").ok();
  }
  EXPECT_GT(accepted, 0) << "a changed key is a key";
}

TEST_F(RootTest, K2_ARoleHasKeysAndAsksForNoMoreSignaturesThanThere) {
  const auto is_refused = [this](const std::function<void(TrustRoot&)>& spoil) {
    TrustRoot root = next();
    spoil(root);
    return !root_document(root).ok();
  };
  EXPECT_FALSE(is_refused([](TrustRoot&) {}));
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.image.keys.clear(); }));
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.image.threshold = 0; }));
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.image.threshold = 4; }));
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.image.epoch = 0; }));
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.image.epoch = 3; })) << "later than the root";
  EXPECT_TRUE(is_refused([](TrustRoot& root) { root.epoch = 0; }));
  EXPECT_TRUE(is_refused([this](TrustRoot& root) {
    for (uint8_t i = 0; i < 3; ++i) root.image.keys.push_back(key(static_cast<uint8_t>(50 + i)).public_key);
  })) << "six keys";
}

TEST_F(RootTest, K3_NoKeyStandsInItTwice) {
  TrustRoot root = next();
  root.director.keys = {root.image.keys[0]};
  EXPECT_FALSE(root_document(root).ok());
  root = next();
  root.image.keys[1] = root.image.keys[0];
  EXPECT_FALSE(root_document(root).ok());
}

TEST_F(RootTest, K4_ARemovedKeyNeverComesBack) {
  TrustRoot root = next();
  root.image.keys[0] = key(40).public_key;
  EXPECT_FALSE(root_document(root).ok()) << "whatever role it is put into";
}

TEST_F(RootTest, K5_ManyRemovedKeysAreRememberedAndNotMore) {
  TrustRoot root = next();
  for (uint8_t i = 0; i < kMaxRemovedKeys - 1; ++i)
    root.removed.push_back(removed_key_of(key(static_cast<uint8_t>(100 + i)).public_key));
  EXPECT_TRUE(root_document(root).ok());
  root.removed.push_back(removed_key_of(key(99).public_key));
  EXPECT_FALSE(root_document(root).ok());
}

TEST_F(RootTest, K6_EnoughOfTheOldRootSign) {
  EXPECT_EQ(taken(next(), {10, 11}), "OK");
  EXPECT_EQ(taken(next(), {10, 11, 12}), "OK");
  EXPECT_EQ(taken(next(), {10}), "UNKNOWN_KEY");
  EXPECT_EQ(taken(next(), {30, 31}), "UNKNOWN_KEY") << "the image role's keys count for images only";
  EXPECT_EQ(taken(next(), {10, 40}), "UNKNOWN_KEY");
  EXPECT_EQ(taken(next(), {10, 11, 99}), "UNKNOWN_KEY") << "a stranger's signature may not stand beside good ones";
}

TEST_F(RootTest, K6_OneSignerTwiceIsOneSigner) {
  Bytes twice = signed_by(next(), {10, 11});
  const size_t first = twice.size() - 2 * kSignatureBlockBytes;
  std::copy_n(twice.begin() + static_cast<long>(first), kSignatureBlockBytes, twice.end() - kSignatureBlockBytes);
  EXPECT_EQ(taken(twice), "WRONG_SIGNERS");
}

TEST_F(RootTest, K6_EnoughOfItsOwnRootSignToo) {
  const TrustRoot root = with_other_keys(&TrustRoot::root, 10, 50);
  EXPECT_EQ(taken(root, {10, 11}), "UNKNOWN_KEY") << "nobody is put in charge who does not hold the keys";
  EXPECT_EQ(taken(root, {50, 51}), "UNKNOWN_KEY") << "nobody puts himself in charge";
  EXPECT_EQ(taken(root, {10, 11, 50}), "UNKNOWN_KEY");
  EXPECT_EQ(taken(root, {10, 11, 50, 51}), "OK");
}

TEST_F(RootTest, K6_TheStandbyRoleReplacesRootKeysThatAreLost) {
  const TrustRoot root = with_other_keys(&TrustRoot::root, 10, 50);
  EXPECT_EQ(taken(root, {20, 50, 51}), "UNKNOWN_KEY");
  EXPECT_EQ(taken(root, {20, 21, 50, 51}), "OK");
}

TEST_F(RootTest, K6_OnlyTheStandbyRoleReplacesItself) {
  const TrustRoot root = with_other_keys(&TrustRoot::standby, 20, 60);
  EXPECT_EQ(taken(root, {10, 11}), "FORBIDDEN_CHANGE") << "a thief of the root keys would make his hold final";
  EXPECT_EQ(taken(root, {20, 21, 10, 11}), "OK");
}

TEST_F(RootTest, K7_ARolesEpochRisesWithItsKeysAndNeverFalls) {
  TrustRoot root = next();
  root.director.epoch = 1;
  EXPECT_EQ(taken(root), "FORBIDDEN_CHANGE") << "other keys under the old counters";
  root = next();
  root.image.threshold = 1;
  EXPECT_EQ(taken(root), "FORBIDDEN_CHANGE") << "another threshold is another role";
  root.image.epoch = 2;
  EXPECT_EQ(taken(root), "OK");
}

TEST_F(RootTest, K8_WhatWasRemovedIsRemembered) {
  TrustRoot root = next();
  root.removed.clear();
  EXPECT_EQ(taken(root), "FORBIDDEN_CHANGE");
  TrustRoot before = next(), after = next();
  after.epoch = 3;
  after.removed = {};
  EXPECT_EQ(follows(before, signed_by(after, {10, 11})), MOTE_FORBIDDEN_CHANGE);
}

TEST_F(RootTest, K9_TheEpochRisesAndNotTooFar) {
  TrustRoot root = now();
  EXPECT_EQ(taken(root), "STALE_ROOT");
  root = next();
  root.epoch = 1 + kMaxCounterJump;
  EXPECT_EQ(taken(root), "OK");
  root.epoch = 2 + kMaxCounterJump;
  EXPECT_EQ(taken(root), "COUNTER_JUMP");
}

TEST_F(RootTest, EveryFlippedBitAndEveryTruncationIsRefused) {
  const Bytes good = signed_by(next(), {10, 11});
  ASSERT_EQ(taken(good), "OK");
  for (size_t bit = 0; bit < good.size() * 8; bit += bit % 8 == 7 && bit > 512 && bit < (good.size() - 140) * 8 ? 41 : 1) {
    Bytes broken = good;
    broken[bit / 8] = static_cast<uint8_t>(broken[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(taken(broken), "OK") << "bit " << bit;
  }
  for (size_t count = 0; count < good.size(); count += 7)
    EXPECT_NE(taken(Bytes(good.begin(), good.begin() + static_cast<long>(count))), "OK") << count;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(taken(longer), "MALFORMED");
}

TEST_F(RootTest, ADraftIsNoRoot) {
  Bytes draft = seal_with(EnvelopeType::root, 2, 2, {key(10)}, root_document(next()).value()).value();
  EXPECT_EQ(missing_signatures(draft), 1u);
  EXPECT_NE(taken(draft), "OK");
  EXPECT_THAT(add_signature(draft, key(10)).error().line(), HasSubstr("signed this already"));
  ASSERT_TRUE(add_signature(draft, key(11)).ok());
  EXPECT_EQ(taken(draft), "OK");
  EXPECT_THAT(add_signature(draft, key(12)).error().line(), HasSubstr("all signatures"));
}

}  // namespace
}  // namespace mote
