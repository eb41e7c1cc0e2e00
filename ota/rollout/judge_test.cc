// One test per rule by which a state counts as success or failure (docs/rollout.md).
#include "ota/rollout/judge.h"

#include <gtest/gtest.h>

#include "device/update/updater.h"
#include "report_generated.h"

namespace mote {
namespace {

const Digest kOurs = sha256(view_of("ours"));
const Digest kOld = sha256(view_of("old"));
const Wanted kWanted = {.sequence = 7, .release = 3, .model_id = kOurs};

SignedState state(uint32_t sequence, Phase phase, const Digest& model, uint32_t release) {
  return {.device = "d", .phase = static_cast<uint8_t>(phase), .release = release, .sequence = sequence, .model_id = model};
}

TEST(JudgeTest, R1_RefusingOurDirectiveIsFailure) {
  SignedState refused = state(6, Phase::idle, kOld, 2);
  refused.refused = 7;
  refused.status = MOTE_TOO_LARGE_FOR_SLOT;
  EXPECT_EQ(judge(refused, kWanted), Standing::failed);
  refused.refused = 5;
  EXPECT_EQ(judge(refused, kWanted), Standing::pending) << "another directive was refused, not ours";
}

TEST(JudgeTest, R2_ADeviceThatObeyedAHigherSequenceNeedsANewOne) {
  EXPECT_EQ(judge(state(9, Phase::idle, kOld, 2), kWanted), Standing::outpaced);
  SignedState stale = state(6, Phase::idle, kOld, 2);
  stale.refused = 7;
  stale.status = MOTE_STALE_SEQUENCE;
  EXPECT_EQ(judge(stale, kWanted), Standing::outpaced);
}

TEST(JudgeTest, R3_AnUpdateUnderWayIsPending) {
  EXPECT_EQ(judge(state(6, Phase::idle, kOld, 2), kWanted), Standing::pending);
  for (const Phase phase : {Phase::downloading, Phase::staged, Phase::trial})
    EXPECT_EQ(judge(state(7, phase, kOurs, 3), kWanted), Standing::pending);
}

TEST(JudgeTest, R4_ConfirmedIsTheReleaseAndTheModelAndNothingUnderWay) {
  EXPECT_EQ(judge(state(7, Phase::idle, kOurs, 3), kWanted), Standing::confirmed);
}

TEST(JudgeTest, R5_AnythingElseAfterObeyingIsAReturnToTheOldModel) {
  SignedState back = state(7, Phase::idle, kOld, 2);
  back.status = MOTE_TRIAL_FAILED;
  EXPECT_EQ(judge(back, kWanted), Standing::failed);
  SignedState degraded = state(7, Phase::idle, kOurs, 3);
  degraded.degraded = true;
  EXPECT_EQ(judge(degraded, kWanted), Standing::failed);
}

TEST(JudgeTest, R6_AnotherDirectiveOfOurNumberThatEndedWellIsOvertaken) {
  EXPECT_EQ(judge(state(7, Phase::idle, kOld, 2), kWanted), Standing::outpaced);
  EXPECT_EQ(judge(state(7, Phase::idle, kOurs, 2), kWanted), Standing::outpaced);
}

TEST(JudgeTest, ReadsAStateAndRefusesWhatIsNone) {
  flatbuffers::FlatBufferBuilder builder;
  format::StateT written;
  written.device = "press-04";
  written.boot = 3;
  written.phase = 1;
  written.status = 21;
  written.sequence = 8;
  written.refused = 9;
  written.release = 4;
  written.model_id.assign(kOurs.begin(), kOurs.end());
  builder.Finish(format::State::Pack(builder, &written));
  const ByteView bytes(builder.GetBufferPointer(), builder.GetSize());
  const SignedState read = parse_state(bytes).value();
  EXPECT_EQ(read.device, "press-04");
  EXPECT_EQ(read.boot, 3u);
  EXPECT_EQ(read.phase, 1);
  EXPECT_EQ(read.status, MOTE_OLDER_RELEASE);
  EXPECT_EQ(read.sequence, 8u);
  EXPECT_EQ(read.refused, 9u);
  EXPECT_EQ(read.release, 4u);
  EXPECT_EQ(read.model_id, kOurs);
  EXPECT_FALSE(parse_state({}).has_value());
  EXPECT_FALSE(parse_state(bytes.first(8)).has_value());
}

}  // namespace
}  // namespace mote
