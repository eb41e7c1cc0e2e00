// The journal alone: newest record wins, whatever stands around it; a bad place costs nothing but itself.
#include "device/update/journal.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "device/update/test/any_bytes.h"

namespace mote {
namespace {

constexpr uint32_t kHalf = 2048, kPlaces = kHalf / kRecordBytes;  // two sectors of 1024

JournalState state_of(uint32_t boot) {
  JournalState state;
  std::memset(&state, 0, sizeof state);
  state.boot = boot;
  state.floor = boot / 2;
  state.confirmed = Slot::a;
  state.candidate = state.download_slot = Slot::none;
  for (size_t i = 0; i < kDigestBytes; ++i) state.digest[0][i] = static_cast<uint8_t>(boot + i);
  return state;
}

class JournalOf : public testing::TestWithParam<uint8_t> {
 protected:
  // What a restart finds: the boot of the newest record, 0 when there is none.
  uint32_t replayed() {
    Journal found;
    JournalState state;
    return journal_read(flash_.port, 0, kHalf, &found, &state) ? state.boot : 0;
  }
  void append(uint32_t boot) { ASSERT_EQ(journal_append(&journal_, state_of(boot)), MOTE_OK); }
  void reopen() {
    JournalState state;
    journal_read(flash_.port, 0, kHalf, &journal_, &state);
  }

  RamFlash flash_{1024, 4, GetParam(), 0x3C};
  Journal journal_{&flash_.port, 0, kHalf, 0, 0, 0, 0};
};

TEST_P(JournalOf, J1_ARecordComesBackFieldForField) {
  JournalState state = state_of(7);
  state.sequence = 0x01020304;
  state.time_floor = 1'800'000'000;
  state.trial = {20, 21, 22, 23, 24};
  state.download_digest[5] = 25;
  state.download_bytes = 4096;
  state.download_slot = Slot::b;
  state.release[1] = 9;
  state.model_bytes[1] = 4321;
  state.digest[1][31] = 5;
  state.model_id[0][0] = 6;
  state.candidate = Slot::b;
  state.phase = Phase::trial;
  state.last_status = MOTE_TRIAL_FAILED;
  uint8_t bytes[kRecordBytes];
  record_write(11, state, bytes);
  uint32_t sequence = 0;
  JournalState read;
  ASSERT_TRUE(record_read(bytes, &sequence, &read));
  EXPECT_EQ(sequence, 11u);
  EXPECT_EQ(read.trial.windows, 20u);
  EXPECT_EQ(read.trial.seconds, 21u);
  EXPECT_EQ(read.trial.most_latency_us, 22u);
  EXPECT_EQ(read.trial.most_missed, 23u);
  EXPECT_EQ(read.trial.least_confidence, 24u);
  uint8_t again[kRecordBytes];
  record_write(11, read, again);
  EXPECT_EQ(std::memcmp(again, bytes, sizeof bytes), 0);
  EXPECT_EQ(read.download_digest[5], 25u);
  EXPECT_EQ(read.download_bytes, 4096u);
  EXPECT_EQ(read.download_slot, Slot::b);
  EXPECT_EQ(read.model_bytes[1], 4321u);
  EXPECT_EQ(read.digest[1][31], 5u);
  EXPECT_EQ(read.model_id[0][0], 6u);
}

TEST_P(JournalOf, J2_AFlippedBitAnywhereMakesARecordNone) {
  uint8_t good[kRecordBytes];
  record_write(3, state_of(7), good);
  for (uint32_t bit = 0; bit < kRecordBytes * 8; ++bit) {
    uint8_t bytes[kRecordBytes];
    std::memcpy(bytes, good, sizeof bytes);
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
    uint32_t sequence;
    JournalState state;
    EXPECT_FALSE(record_read(bytes, &sequence, &state)) << "bit " << bit;
  }
}

TEST_P(JournalOf, J3_AStateThatCannotBeIsNoRecord) {
  const auto is_refused = [](void (*spoil)(JournalState&)) {
    JournalState state = state_of(1);
    spoil(state);
    uint8_t bytes[kRecordBytes];
    record_write(1, state, bytes);
    uint32_t sequence;
    return !record_read(bytes, &sequence, &state);
  };
  EXPECT_TRUE(is_refused([](JournalState& state) { state.confirmed = static_cast<Slot>(2); }));
  EXPECT_TRUE(is_refused([](JournalState& state) { state.candidate = static_cast<Slot>(7); }));
  EXPECT_TRUE(is_refused([](JournalState& state) { state.phase = Phase::downloading; }));
  EXPECT_TRUE(is_refused([](JournalState& state) { state.phase = Phase::trial; })) << "a trial without a candidate";
  EXPECT_FALSE(is_refused([](JournalState&) {}));
}

TEST_P(JournalOf, J4_NothingIsFoundInNoise) {
  EXPECT_EQ(replayed(), 0u);
  append(1);
  EXPECT_EQ(replayed(), 1u);
}

TEST_P(JournalOf, J5_TheNewestRecordCountsThroughManySectors) {
  for (uint32_t boot = 1; boot <= 7 * kPlaces; ++boot) {
    append(boot);
    EXPECT_EQ(replayed(), boot);
    if (boot % 3 == 0) reopen();
  }
  EXPECT_EQ(flash_.erases, 20u) << "56 records and 18 places left out after restarts, eight to a half of two sectors";
}

TEST_P(JournalOf, J6_APlaceThatKeepsNothingIsLeftBehind) {
  append(1);
  flash_.stuck = {kRecordBytes + 1};  // of the magic, which is no erased value
  append(2);
  EXPECT_EQ(replayed(), 2u);
  EXPECT_EQ(journal_.next, 3 * kRecordBytes);
  EXPECT_EQ(journal_.sequence, 3u) << "the place that was left behind has cost a number";
}

TEST_P(JournalOf, J6_APlaceThatDoesNotReadErasedIsLeftBehind) {
  append(1);
  flash_.memory[kRecordBytes + 255] ^= 1;
  reopen();
  append(2);
  EXPECT_EQ(replayed(), 2u);
  EXPECT_EQ(journal_.next, 4 * kRecordBytes) << "and the first after it, since cells there may be unstable";
}

TEST_P(JournalOf, J5_ATornRecordThatBecomesReadableLaterIsTheOlderOne) {
  append(1);
  uint8_t torn[kRecordBytes];
  record_write(2, state_of(99), torn);  // what was being written into the second place when the power went
  flash_.memory[kRecordBytes + 3] = static_cast<uint8_t>(~flash_.port.erased);
  reopen();
  append(2);
  std::memcpy(flash_.memory.data() + kRecordBytes, torn, sizeof torn);
  EXPECT_EQ(replayed(), 2u);

  // The same over the edge of a half: the torn one is the first half's last.
  while (journal_.next != kHalf - kRecordBytes) append(3);
  flash_.memory[kHalf - kRecordBytes] = static_cast<uint8_t>(~flash_.port.erased);
  const uint32_t before = journal_.sequence;
  reopen();
  append(4);
  EXPECT_GE(journal_.next, kHalf);
  record_write(before + 1, state_of(98), flash_.memory.data() + kHalf - kRecordBytes);
  EXPECT_EQ(replayed(), 4u);
}

TEST_P(JournalOf, J7_AFullHalfIsLeftWholeUntilTheOtherHoldsARecord) {
  for (uint32_t boot = 1; boot <= kPlaces; ++boot) append(boot);
  flash_.erases_fail = true;
  EXPECT_EQ(journal_append(&journal_, state_of(6)), MOTE_FLASH_FAILED);
  EXPECT_EQ(replayed(), kPlaces);
  flash_.erases_fail = false;
  for (uint32_t at = kHalf; at < 2 * kHalf; ++at) flash_.stuck.insert(at);
  EXPECT_EQ(journal_append(&journal_, state_of(6)), MOTE_FLASH_FAILED) << "a half that keeps nothing";
  EXPECT_EQ(replayed(), kPlaces);
  flash_.stuck.clear();
  append(6);
  EXPECT_EQ(replayed(), 6u);
}

TEST_P(JournalOf, J15_ARootStandsWithTheStatesThatNameIt) {
  const auto state_under = [](uint32_t boot, uint32_t epoch) {
    JournalState state = state_of(boot);
    state.root_epoch = epoch;
    return state;
  };
  const auto root_in_flash = [&] {
    Journal found;
    JournalState state;
    EXPECT_TRUE(journal_read(flash_.port, 0, kHalf, &found, &state));
    return std::vector<uint8_t>(flash_.memory.begin() + found.root_at, flash_.memory.begin() + found.root_at + found.root_bytes);
  };
  append(1);
  std::vector<uint8_t> first(700), second(300);
  for (size_t i = 0; i < first.size(); ++i) first[i] = static_cast<uint8_t>(i * 7);
  for (size_t i = 0; i < second.size(); ++i) second[i] = static_cast<uint8_t>(i * 5);
  const FreshRoot one{first.data(), 700}, two{second.data(), 300};
  ASSERT_EQ(journal_append(&journal_, state_under(2, 2), &one), MOTE_OK);
  EXPECT_EQ(root_in_flash(), first);
  for (uint32_t boot = 3; boot < 3 + 4 * kPlaces; ++boot) {  // over the edge of the half several times
    ASSERT_EQ(journal_append(&journal_, state_under(boot, 2)), MOTE_OK);
    EXPECT_EQ(root_in_flash(), first);
    EXPECT_EQ(replayed(), boot);
    if (boot % 3 == 0) reopen();
  }
  ASSERT_EQ(journal_append(&journal_, state_under(100, 5), &two), MOTE_OK);
  EXPECT_EQ(root_in_flash(), second);
  ASSERT_EQ(journal_append(&journal_, state_under(101, 5)), MOTE_OK);
  EXPECT_EQ(root_in_flash(), second);
}

TEST_P(JournalOf, J15_ARootWithoutAStateThatNamesItHasNoEffect) {
  JournalState state = state_of(1);
  state.root_epoch = 2;
  std::vector<uint8_t> bytes(300, 7);
  const FreshRoot root{bytes.data(), 300};
  append(1);
  flash_.stuck = {3 * kRecordBytes};  // the state's place, behind the root's two
  for (uint32_t place = 4; place < kPlaces; ++place) flash_.stuck.insert(place * kRecordBytes);
  flash_.erases_fail = true;
  EXPECT_EQ(journal_append(&journal_, state, &root), MOTE_FLASH_FAILED);
  Journal found;
  JournalState read;
  ASSERT_TRUE(journal_read(flash_.port, 0, kHalf, &found, &read));
  EXPECT_EQ(read.root_epoch, 0u);
  EXPECT_EQ(found.root_at, 0u);
}

TEST_P(JournalOf, J15_ADecayedRootIsNone) {
  JournalState state = state_of(1);
  state.root_epoch = 2;
  std::vector<uint8_t> bytes(300, 7);
  const FreshRoot root{bytes.data(), 300};
  ASSERT_EQ(journal_append(&journal_, state, &root), MOTE_OK);
  ASSERT_NE(journal_.root_at, 0u);
  flash_.memory[journal_.root_at + 100] ^= 1;
  reopen();
  EXPECT_EQ(journal_.root_at, 0u);
  EXPECT_EQ(replayed(), 1u) << "the state is read all the same";
}

INSTANTIATE_TEST_SUITE_P(ErasedValue, JournalOf, testing::Values(0xFF, 0x00));

TEST(JournalMutations, AnyBytesAreReplayedAndAppendedTo) {
  RamFlash flash(1024, 4, 0xFF, 0x11);
  Journal journal{&flash.port, 0, kHalf, 0, 0, 0, 0};
  for (uint32_t boot = 1; boot <= 14; ++boot) ASSERT_EQ(journal_append(&journal, state_of(boot)), MOTE_OK);
  ASSERT_TRUE(replay_any_journal(flash.memory.data(), flash.memory.size()));
  Random random(5);
  uint32_t found = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<uint8_t> bytes = flash.memory;
    for (uint64_t changes = random.below(8); changes > 0; --changes) {
      const size_t at = random.below(bytes.size()), length = random.below(64);
      for (size_t i = at; i < std::min(bytes.size(), at + length); ++i)
        bytes[i] = random.below(3) == 0 ? 0xFF : static_cast<uint8_t>(random.next());
    }
    found += replay_any_journal(bytes.data(), bytes.size());
    bytes = with_checksums(bytes);
    replay_any_journal(bytes.data(), bytes.size());
  }
  EXPECT_GT(found, 1000u) << "most of the mutations should leave a record behind";
  for (size_t count = 0; count <= flash.memory.size(); count += 13) replay_any_journal(flash.memory.data(), count);
}

}  // namespace
}  // namespace mote
