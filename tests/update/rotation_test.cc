// A device whose keys are replaced: what it believes from then on, what becomes of an update under way, and that it lasts.
#include <gtest/gtest.h>

#include "device/port/mbedtls/crypto.h"
#include "tests/update/known_crypto.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

class RotationTest : public testing::Test {
 protected:
  RotationTest() : device_(test_geometry(2048, 8, 0xFF), crypto_, project_) {
    EXPECT_EQ(device_.boot(), MOTE_NO_MODEL);
    EXPECT_EQ(device_.install(first_, project_.desired(first_, 7)), MOTE_OK);
  }

  // The root of `epoch` in which some roles have other keys, signed by the root key.
  Bytes root_of(uint32_t epoch, const Publisher& to) const {
    TrustRoot root = project_.root();
    root.epoch = epoch;
    for (const RoleField& field : {kImageRole, kDirectorRole}) {
      const PublicKey& key = field.role == kImageRole.role ? to.image_key.public_key : to.director_key.public_key;
      Role& role = root.*field.role;
      if (role.keys[0] == key) continue;
      root.removed.push_back(removed_key_of(role.keys[0]));
      role = Role(epoch, 1, {key});
    }
    return sure(seal_with(EnvelopeType::root, epoch, 1, {project_.root_key}, sure(root_document(root))));
  }
  mote_status take(const Bytes& root) { return updater_take_root(&device_.updater, root.data(), root.size()); }

  // The new project's documents, signed under the epoch.
  Bytes desired_under(const Publisher& to, Offer& offer, uint32_t sequence, uint32_t image_epoch, uint32_t director_epoch) const {
    offer.envelope = sure(sign_image(offer.image, Signers(Role(image_epoch, 1, {to.image_key.public_key}), {to.image_key})));
    Bytes bytes = sure(sign_directive(to.directive(offer, sequence),
                                      Signers(Role(director_epoch, 1, {to.director_key.public_key}), {to.director_key})));
    append(bytes, offer.envelope);
    return bytes;
  }
  static Publisher with_image_key(const Publisher& from, uint8_t number) {
    Publisher to = from;
    to.image_key = test_key(number);
    return to;
  }
  static Publisher with_director_key(const Publisher& from, uint8_t number) {
    Publisher to = from;
    to.director_key = test_key(number);
    return to;
  }

  const Crypto crypto_ = mbedtls_crypto();
  Publisher project_;
  TestDevice device_;
  Offer first_ = project_.offer(numbered_model(1).build(), 5);
  Offer second_ = project_.offer(numbered_model(2).build(), 6);
};

TEST_F(RotationTest, WhatARemovedImageKeySignsIsRefusedFromThenOn) {
  const Publisher fresh = with_image_key(project_, 50);
  ASSERT_EQ(take(root_of(2, fresh)), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(first_)) << "the confirmed model runs on";
  EXPECT_EQ(device_.desire(project_.desired(second_, 8)), MOTE_WRONG_EPOCH);
  EXPECT_EQ(device_.desire(desired_under(project_, second_, 8, 2, 1)), MOTE_UNKNOWN_KEY) << "the old key under the new epoch";
  EXPECT_EQ(device_.desire(desired_under(fresh, second_, 8, 1, 1)), MOTE_WRONG_EPOCH) << "the new key under the old epoch";
  EXPECT_EQ(device_.install(second_, desired_under(fresh, second_, 8, 2, 1)), MOTE_OK);
}

TEST_F(RotationTest, CountersBelongToTheKeysThatSignedThem) {
  ASSERT_EQ(device_.updater.state.floor, 5u);
  const Publisher images = with_image_key(project_, 50);
  ASSERT_EQ(take(root_of(2, images)), MOTE_OK);
  EXPECT_EQ(device_.updater.state.floor, 0u);
  EXPECT_EQ(device_.updater.state.sequence, 7u) << "the director's keys are the same";
  Offer anew = project_.offer(numbered_model(3).build(), 1);
  EXPECT_EQ(device_.install(anew, desired_under(images, anew, 8, 2, 1)), MOTE_OK) << "a release of 1 is none of before";
  EXPECT_EQ(device_.updater.state.floor, 1u);

  const Publisher both = with_director_key(images, 51);
  TrustRoot third = project_.root();
  third.epoch = 3;
  third.image = Role(2, 1, {both.image_key.public_key});
  third.director = Role(3, 1, {both.director_key.public_key});
  third.removed = {removed_key_of(project_.image_key.public_key), removed_key_of(project_.director_key.public_key)};
  ASSERT_EQ(take(sure(seal_with(EnvelopeType::root, 3, 1, {project_.root_key}, sure(root_document(third))))), MOTE_OK);
  EXPECT_EQ(device_.updater.state.floor, 1u);
  EXPECT_EQ(device_.updater.state.sequence, 0u);
  EXPECT_EQ(device_.install(second_, desired_under(both, second_, 1, 2, 3)), MOTE_OK);
}

TEST_F(RotationTest, OutlivesRestartsAndTheJournalsRollOver) {
  ASSERT_EQ(take(root_of(2, with_image_key(project_, 50))), MOTE_OK);
  for (int start = 0; start < 60; ++start) {
    ASSERT_EQ(device_.boot(), MOTE_OK);
    ASSERT_EQ(device_.updater.trust.epoch, 2u) << start;
  }
  EXPECT_EQ(device_.desire(project_.desired(second_, 8)), MOTE_WRONG_EPOCH);
}

TEST_F(RotationTest, WhatWasStagedUnderTheOldKeysIsGivenUp) {
  ASSERT_EQ(device_.desire(project_.desired(second_, 8)), MOTE_OK);
  ASSERT_EQ(device_.download(second_), MOTE_OK);
  ASSERT_EQ(updater_stage(&device_.updater), MOTE_OK);
  ASSERT_EQ(take(root_of(2, with_image_key(project_, 50))), MOTE_OK);
  EXPECT_EQ(device_.updater.phase, Phase::idle);
  EXPECT_EQ(device_.updater.state.last_status, MOTE_WRONG_EPOCH);
  EXPECT_EQ(updater_begin_trial(&device_.updater), MOTE_BUSY);
  EXPECT_EQ(device_.running(), digest_of(first_));
}

TEST_F(RotationTest, ATrialUnderTheOldKeysEnds) {
  ASSERT_EQ(device_.try_out(second_, project_.desired(second_, 8)), MOTE_OK);
  ASSERT_EQ(device_.running(), digest_of(second_));
  ASSERT_EQ(take(root_of(2, with_director_key(project_, 51))), MOTE_OK);
  EXPECT_EQ(device_.updater.phase, Phase::idle);
  EXPECT_EQ(device_.running(), digest_of(first_));
}

TEST_F(RotationTest, ADownloadUnderTheOldKeysEnds) {
  ASSERT_EQ(device_.desire(project_.desired(second_, 8)), MOTE_OK);
  ASSERT_EQ(device_.take_chunk(second_, 0), MOTE_OK);
  ASSERT_EQ(take(root_of(2, with_image_key(project_, 50))), MOTE_OK);
  EXPECT_EQ(device_.take_chunk(second_, 1), MOTE_BAD_CHUNK);
}

TEST_F(RotationTest, OtherKeysOfTheRootAloneDisturbNothing) {
  ASSERT_EQ(device_.try_out(second_, project_.desired(second_, 8)), MOTE_OK);
  TrustRoot root = project_.root();
  root.epoch = 2;
  root.root = Role(2, 1, {test_key(60).public_key});
  root.removed = {removed_key_of(project_.root_key.public_key)};
  ASSERT_EQ(take(sure(seal_with(EnvelopeType::root, 2, 2, {project_.root_key, test_key(60)}, sure(root_document(root))))), MOTE_OK);
  EXPECT_EQ(device_.updater.phase, Phase::trial);
  EXPECT_EQ(updater_confirm(&device_.updater), MOTE_OK);
  EXPECT_EQ(device_.updater.state.floor, 6u);
}

TEST_F(RotationTest, ARefusedRootChangesNothing) {
  const JournalState before = device_.updater.state;
  Bytes forged = root_of(2, with_image_key(project_, 50));
  forged.back() ^= 1;
  EXPECT_EQ(take(forged), MOTE_BAD_SIGNATURE);
  EXPECT_EQ(take({}), MOTE_TRUNCATED);
  EXPECT_EQ(take(Bytes(kMaxRootEnvelopeBytes + 1, 0x4D)), MOTE_MALFORMED);
  EXPECT_EQ(std::memcmp(&before, &device_.updater.state, sizeof before), 0);
  EXPECT_EQ(device_.updater.trust.epoch, 1u);
}

TEST_F(RotationTest, ARootThatHasDecayedIsReplacedByNoOlderOne) {
  const Publisher fresh = with_image_key(project_, 50);
  ASSERT_EQ(take(root_of(5, fresh)), MOTE_OK);
  device_.simulator->flip_bit(device_.updater.journal.root_at + 60, 2);
  ASSERT_EQ(device_.boot(), MOTE_OK) << "the model runs";
  EXPECT_EQ(device_.running(), digest_of(first_));
  EXPECT_EQ(device_.desire(project_.desired(second_, 8)), MOTE_WRONG_EPOCH) << "the provisioned root is good for roots alone";
  EXPECT_EQ(take(root_of(4, with_image_key(project_, 70))), MOTE_STALE_ROOT);
  EXPECT_EQ(take(root_of(5, fresh)), MOTE_OK) << "the same root heals it";
  EXPECT_EQ(device_.install(second_, desired_under(fresh, second_, 8, 5, 1)), MOTE_OK);
}

TEST_F(RotationTest, ARestartedDeviceWithARootThatIsNoneDoesNotStart) {
  device_.identity.root_bytes -= 8;
  EXPECT_EQ(device_.boot(), MOTE_MALFORMED);
}

}  // namespace
}  // namespace mote
