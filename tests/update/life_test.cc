// The life of an updater where nothing goes wrong with the flash: resuming, repeating, going back, decaying, wearing.
#include <gmock/gmock.h>

#include "device/update/journal.h"
#include "tests/update/known_crypto.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

class Life : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(device_.boot(), MOTE_NO_MODEL); }
  mote_status install(const Offer& offer, uint32_t sequence) {
    return device_.install(offer, publisher_.desired(offer, sequence));
  }
  mote_status desire(const Offer& offer, uint32_t sequence) { return device_.desire(publisher_.desired(offer, sequence)); }
  void expect_even_wear(uint32_t updates);
  void decay(Slot slot) { device_.simulator->flip_bit(device_.config.layout.slots[static_cast<uint8_t>(slot)] + 200, 1); }

  Publisher publisher_;
  KnownCrypto crypto_;
  TestDevice device_{test_geometry(2048, 8, 0xFF), crypto_.port(), publisher_};
  Updater& updater_ = device_.updater;
  Offer a_ = publisher_.offer(numbered_model(1).build(), 1), b_ = publisher_.offer(numbered_model(2).build(), 2),
        c_ = publisher_.offer(numbered_model(3).build(), 3);
};

TEST_F(Life, J13_ErasesOnlyWhatTheModelTakes) {
  const Offer small = [&] {
    const AlignedBytes model = dense_model().build();
    return publisher_.offer(model, 1);
  }();
  ASSERT_LE(small.model.size(), 2048u);
  ASSERT_EQ(desire(small, 1), MOTE_OK);
  const uint32_t slot = device_.config.layout.slots[0] / 2048;
  EXPECT_EQ(device_.simulator->erase_count(slot), 1u);
  EXPECT_EQ(device_.simulator->erase_count(slot + 1), 0u);
  EXPECT_EQ(device_.simulator->erase_count(2), 0u) << "the sector between journal and slots";
}

TEST_F(Life, E12_TheSameDirectiveAgainKeepsWhatIsHeld) {
  ASSERT_EQ(desire(a_, 1), MOTE_OK);
  ASSERT_EQ(device_.take_chunk(a_, 2), MOTE_OK);
  ASSERT_EQ(desire(a_, 1), MOTE_OK);
  EXPECT_EQ(updater_.chunks_held, 1u);
  ASSERT_EQ(desire(a_, 4), MOTE_OK) << "a newer directive for the same model";
  EXPECT_EQ(updater_.chunks_held, 1u);
  EXPECT_EQ(desire(a_, 3), MOTE_STALE_SEQUENCE);
  EXPECT_EQ(desire(b_, 4), MOTE_STALE_SEQUENCE) << "another model needs a newer directive";
  ASSERT_EQ(desire(b_, 5), MOTE_OK);
  EXPECT_EQ(updater_.chunks_held, 0u);
}

TEST_F(Life, J9_ARestartForgetsADownloadAndTheSameDirectiveStartsItAnew) {
  ASSERT_EQ(desire(a_, 1), MOTE_OK);
  ASSERT_EQ(device_.take_chunk(a_, 0), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_NO_MODEL);
  EXPECT_EQ(updater_.phase, Phase::idle);
  EXPECT_EQ(install(a_, 1), MOTE_OK);
}

TEST_F(Life, E12_ARetainedDirectiveAfterTheUpdateIsNothingNew) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  device_.simulator->cut_power_at(0, PowerCut::before);
  EXPECT_EQ(desire(a_, 1), MOTE_OK);
  EXPECT_EQ(updater_.phase, Phase::idle);
  EXPECT_EQ(device_.simulator->operations(), 0u);
  EXPECT_EQ(desire(a_, 2), MOTE_OK) << "a newer one is written down, and no more";
  EXPECT_EQ(device_.simulator->operations(), 1u);
  EXPECT_EQ(updater_.state.sequence, 2u);
}

TEST_F(Life, J8_TheSameModelAsANewerReleaseRaisesTheFloorWithoutADownload) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  const Offer again = publisher_.offer(a_.model, 9);
  ASSERT_EQ(desire(again, 2), MOTE_OK);
  EXPECT_EQ(updater_.phase, Phase::idle);
  EXPECT_EQ(updater_.state.floor, 9u);
  EXPECT_EQ(updater_.state.release[0], 9u);
  EXPECT_EQ(desire(b_, 3), MOTE_OLDER_RELEASE);
}

TEST_F(Life, J9_AStagedCandidateOutlivesARestart) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(desire(b_, 2), MOTE_OK);
  ASSERT_EQ(device_.download(b_), MOTE_OK);
  ASSERT_EQ(updater_stage(&updater_), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(a_));
  EXPECT_EQ(updater_.phase, Phase::staged);
  EXPECT_EQ(updater_.trial.windows, 5u) << "how long the trial is to last is not forgotten";
  EXPECT_EQ(desire(b_, 2), MOTE_OK);
  EXPECT_EQ(updater_.phase, Phase::staged);
  ASSERT_EQ(updater_begin_trial(&updater_), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(b_));
  EXPECT_EQ(updater_.state.floor, 1u) << "the floor waits for the confirm";
  ASSERT_EQ(updater_confirm(&updater_), MOTE_OK);
  EXPECT_EQ(updater_.state.floor, 2u);
}

TEST_F(Life, J9_ARestartInATrialReturnsToTheOldModelAndSaysWhy) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(device_.try_out(b_, publisher_.desired(b_, 2)), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(a_));
  EXPECT_EQ(updater_.state.last_status, MOTE_TRIAL_INTERRUPTED);
  EXPECT_EQ(updater_.state.floor, 1u);
  EXPECT_EQ(desire(b_, 2), MOTE_STALE_SEQUENCE) << "no loop of updates";
  EXPECT_EQ(install(b_, 3), MOTE_OK);
}

TEST_F(Life, J9_AModelWhoseTrialMetARestartIsNotFallenBackOn) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(device_.try_out(b_, publisher_.desired(b_, 2)), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  decay(Slot::a);
  EXPECT_EQ(device_.boot(), MOTE_NO_MODEL) << "it may be the model that made the device restart";
}

TEST_F(Life, AStagedModelThatWasReplacedIsNotFallenBackOn) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(desire(b_, 2), MOTE_OK);
  ASSERT_EQ(device_.download(b_), MOTE_OK);
  ASSERT_EQ(updater_stage(&updater_), MOTE_OK);
  ASSERT_EQ(desire(c_, 3), MOTE_OK);
  decay(Slot::a);
  EXPECT_EQ(device_.boot(), MOTE_NO_MODEL);
}

TEST_F(Life, J8_AFailedTrialReturnsToTheOldModelAndForgetsTheOther) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(device_.try_out(b_, publisher_.desired(b_, 2)), MOTE_OK);
  ASSERT_EQ(updater_end_trial(&updater_, MOTE_TRIAL_FAILED), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(a_));
  EXPECT_EQ(updater_.state.last_status, MOTE_TRIAL_FAILED);
  EXPECT_EQ(updater_.state.release[1], 0u);
  decay(Slot::a);
  EXPECT_EQ(device_.boot(), MOTE_NO_MODEL) << "a model that failed is not fallen back on";
}

TEST_F(Life, WrongMomentsAreBusy) {
  EXPECT_EQ(updater_stage(&updater_), MOTE_BUSY);
  EXPECT_EQ(updater_begin_trial(&updater_), MOTE_BUSY);
  EXPECT_EQ(updater_confirm(&updater_), MOTE_BUSY);
  EXPECT_EQ(updater_end_trial(&updater_, MOTE_TRIAL_FAILED), MOTE_BUSY);
}

TEST_F(Life, J11_ADecayedConfirmedSlotStartsThePreviousModelDegradedAndHealsByAnUpdate) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(install(b_, 2), MOTE_OK);
  decay(Slot::b);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_TRUE(updater_.degraded);
  EXPECT_EQ(device_.running(), digest_of(a_));
  EXPECT_EQ(updater_.state.floor, 2u) << "what is started says nothing about what may be installed";
  EXPECT_EQ(desire(a_, 3), MOTE_OLDER_RELEASE);

  ASSERT_EQ(desire(c_, 4), MOTE_OK);
  EXPECT_EQ(updater_.target_slot, Slot::b) << "never the slot that runs";
  ASSERT_EQ(device_.download(c_), MOTE_OK);
  ASSERT_EQ(updater_stage(&updater_), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(a_)) << "staged is not confirmed, whatever its slot was";
  EXPECT_TRUE(updater_.degraded);
  ASSERT_EQ(updater_begin_trial(&updater_), MOTE_OK);
  ASSERT_EQ(updater_confirm(&updater_), MOTE_OK);
  EXPECT_FALSE(updater_.degraded);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(c_));
  EXPECT_FALSE(updater_.degraded);
}

TEST_F(Life, J11_BothSlotsDecayedLeavesADeviceThatCanStillBeUpdated) {
  ASSERT_EQ(install(a_, 1), MOTE_OK);
  ASSERT_EQ(install(b_, 2), MOTE_OK);
  decay(Slot::a);
  decay(Slot::b);
  EXPECT_EQ(device_.boot(), MOTE_NO_MODEL);
  uint32_t count = 1;
  EXPECT_EQ(updater_model(updater_, &count), nullptr);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(install(c_, 3), MOTE_OK);
  EXPECT_EQ(device_.boot(), MOTE_OK);
}

TEST_F(Life, E9_ADirectiveForTheCohortIsObeyed) {
  Directive directive = publisher_.directive(a_, 1);
  directive.device = "*";
  directive.cohort = "hall-2";
  EXPECT_EQ(device_.desire(publisher_.desired(a_, directive)), MOTE_OK);
  directive.cohort = "*";
  directive.sequence = 2;
  EXPECT_EQ(device_.desire(publisher_.desired(a_, directive)), MOTE_OK);
}

TEST_F(Life, TheSequenceOfAnUnsignedDirectiveIsNotRead) {
  Bytes desired = publisher_.desired(a_, 77);
  const Updater& updater = device_.updater;
  EXPECT_EQ(updater_signed_sequence(updater, desired.data(), desired.size()), 77u);
  for (size_t count = 0; count < envelope_bytes(desired); ++count)
    EXPECT_EQ(updater_signed_sequence(updater, desired.data(), count), 0u);
  desired[envelope_bytes(desired) - 1] ^= 1;
  EXPECT_EQ(updater_signed_sequence(updater, desired.data(), desired.size()), 0u);
}

TEST_F(Life, J14_TimeOnlyGoesForwardAndIsRecordedByTheHour) {
  const auto tell = [&](uint64_t seconds) {
    const Bytes beacon = sure(sign_time(seconds, publisher_.director_key));
    return updater_take_time(&updater_, beacon.data(), beacon.size());
  };
  device_.simulator->cut_power_at(0, PowerCut::before);
  EXPECT_EQ(tell(1'800'000'000), MOTE_OK);
  EXPECT_EQ(device_.simulator->operations(), 1u);
  EXPECT_EQ(tell(1'800'000'060), MOTE_OK);
  EXPECT_EQ(device_.simulator->operations(), 1u) << "a minute later is not worth a record";
  EXPECT_EQ(updater_.state.time_floor, 1'800'000'060u);
  EXPECT_EQ(tell(1'700'000'000), MOTE_OK);
  EXPECT_EQ(updater_.state.time_floor, 1'800'000'060u);
  EXPECT_EQ(tell(1'800'003'600), MOTE_OK);
  EXPECT_EQ(device_.simulator->operations(), 2u);
  ASSERT_EQ(device_.boot(), MOTE_NO_MODEL);
  EXPECT_EQ(updater_.state.time_floor, 1'800'003'600u);

  Bytes forged = sure(sign_time(1'900'000'000, publisher_.image_key));
  EXPECT_EQ(updater_take_time(&updater_, forged.data(), forged.size()), MOTE_UNKNOWN_KEY);
  const Bytes directive = publisher_.desired(a_, 1);
  EXPECT_EQ(updater_take_time(&updater_, directive.data(), 88), MOTE_WRONG_TYPE);
  EXPECT_FALSE(sign_time(uint64_t{1} << 32, publisher_.director_key).ok());
}

class LifeLong : public Life {};

// So many updates, each to the end and with a start after it.
void Life::expect_even_wear(uint32_t updates) {
  for (uint32_t i = 1; i <= updates; ++i) {
    const Offer offer = publisher_.offer(i % 2 == 0 ? a_.model : b_.model, i);
    ASSERT_EQ(install(offer, i), MOTE_OK) << "update " << i;
    ASSERT_EQ(device_.boot(), MOTE_OK);
  }
  const FlashSimulator& flash = *device_.simulator;
  const uint32_t sector = flash.geometry().sector_bytes, half = device_.config.layout.journal_half_bytes;
  const auto erased = [&](uint32_t offset) { return flash.erase_count(offset / sector); };
  EXPECT_NEAR(erased(0), erased(half), 1);
  // Staged, on trial, confirmed; two of a start; one for each sector that the download fills.
  const uint32_t places = 3 + 2 + static_cast<uint32_t>(a_.model.size() + sector - 1) / sector;
  EXPECT_LE(erased(0) + erased(half), 1 + places * updates * kRecordBytes / half + 1);
  EXPECT_EQ(erased(device_.config.layout.slots[0]), updates / 2);
  EXPECT_EQ(erased(device_.config.layout.slots[1]), updates / 2);
  EXPECT_EQ(flash.broken_rules(), 0u);
}

TEST_F(Life, ManyUpdatesWearTheSectorsEvenlyAndNeverFillTheJournal) { expect_even_wear(200); }
TEST_F(LifeLong, TenThousandUpdatesWearTheSectorsEvenlyAndNeverFillTheJournal) { expect_even_wear(10'000); }

// Two months away, ten years ahead, 1970, and back in the middle of an update: what is told changes what has expired, and nothing
// else.
TEST_F(Life, UpdatesWhateverTheClockSays) {
  const auto tell = [&](uint64_t seconds) {
    const Bytes beacon = sure(sign_time(seconds, publisher_.director_key));
    return updater_take_time(&updater_, beacon.data(), beacon.size());
  };
  constexpr uint32_t kDay = 86'400, kStart = 1'800'000'000;
  uint32_t release = 0;
  for (const uint64_t clock : {uint64_t{0}, uint64_t{1}, uint64_t{kStart}, uint64_t{kStart + 60 * kDay}, uint64_t{kStart + 3600},
                               uint64_t{kStart - 3600}, uint64_t{kStart + 3650 * kDay}, uint64_t{UINT32_MAX}}) {
    ++release;
    const Offer offer = publisher_.offer(release % 2 == 0 ? a_.model : b_.model, release);
    ASSERT_EQ(tell(clock), MOTE_OK);
    ASSERT_EQ(device_.desire(publisher_.desired(offer, 2 * release)), MOTE_OK) << clock;
    ASSERT_EQ(tell(kStart - 3650 * kDay), MOTE_OK) << "backwards, with the download under way";
    ASSERT_EQ(device_.download(offer), MOTE_OK);
    ASSERT_EQ(install(offer, 2 * release + 1), MOTE_OK) << clock;
    ASSERT_EQ(device_.boot(), MOTE_OK);
    EXPECT_EQ(device_.running(), digest_of(offer));
  }
}

}  // namespace
}  // namespace mote
