// The agent's firmware on every emulated board, from a signed model on its way to one that runs, reports and is taken back.
#include <algorithm>
#include <fstream>

#include "tests/boards/agent_case.h"

namespace mote {
namespace {

using std::chrono::seconds;
using test::FleetOperator;
using test::LinkFrame;
using test::model_for;

class AgentUpdateTest : public test::AgentCase {};

TEST_P(AgentUpdateTest, InstallsASignedModelAndRunsIt) {
  const auto linked = board();
  const Bytes model = model_for(linked->board().board(), 0);
  FleetOperator host(keys, model, 1);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(install(*linked, host, 1)) << last_said();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

  linked->send(FrameType::welcome);
  const auto log = linked->wait_for(FrameType::log);
  ASSERT_TRUE(log);
  std::printf("%s: a model of %zu bytes in %u blocks was confirmed after %.1f s; %s\n", GetParam().c_str(), model.size(),
              host.sent(), took.count(), log->text().c_str());

  linked->board().stop();
  Bytes flash(linked->board().board().flash_bytes);
  std::ifstream(linked->board().options().flash, std::ios::binary)
      .read(reinterpret_cast<char*>(flash.data()), static_cast<std::streamsize>(flash.size()));
  ASSERT_NE(std::search(flash.begin(), flash.end(), model.begin(), model.end()), flash.end()) << "the model stands in the flash";
  ASSERT_TRUE(linked->start());
  ASSERT_TRUE(welcome(*linked));
  const auto restarted = state(*linked, [](const format::StateT& state) { return state.release == 1; });
  ASSERT_TRUE(restarted) << "and starts from it";
  EXPECT_EQ(restarted->floor, 1u);
}

TEST_P(AgentUpdateTest, GoesOnAfterAResetInMidTransfer) {
  const auto linked = board();
  const Bytes model = model_for(linked->board().board(), 0);
  FleetOperator host(keys, model, 1);
  const auto first_asked = [](const LinkFrame& frame) {
    return frame.is(Channel::request) ? std::optional(flatbuffers::GetRoot<format::Request>(frame.message().data())->first())
                                      : std::nullopt;
  };
  ASSERT_TRUE(welcome(*linked));
  linked->send(Channel::desired, host.desired());
  ASSERT_TRUE(linked->wait_for([&](const LinkFrame& frame) {
    const std::optional<uint32_t> first = first_asked(frame);
    if (first && *first >= 16) return true;  // so many chunks stand in flash
    host.answer(*linked, frame);
    return false;
  }));
  const uint32_t before = host.sent();
  ASSERT_TRUE(linked->start());

  std::optional<uint32_t> resumed_at;
  ASSERT_TRUE(welcome(*linked));
  linked->send(Channel::desired, host.desired());
  ASSERT_TRUE(state(*linked, is_on_trial, seconds(60), [&](const LinkFrame& frame) {
    if (const auto first = first_asked(frame); first && !resumed_at) resumed_at = first;
    host.answer(*linked, frame);
  }));
  const auto chunks = static_cast<uint32_t>((model.size() + 255) / 256);
  EXPECT_GT(resumed_at.value_or(0), 0u);
  EXPECT_LT(host.sent() - before, chunks);
  std::printf("%s: %u of %u chunks before the reset, %u after it\n", GetParam().c_str(), before, chunks, host.sent() - before);
}

TEST_P(AgentUpdateTest, ReportsUntilTheCollectorHasIt) {
  const auto linked = board();
  FleetOperator host(keys, model_for(linked->board().board(), 0), 1);
  ASSERT_TRUE(install(*linked, host, 1)) << last_said();
  feel(*linked, 40);
  const auto sent = report_frame(*linked), resent = report_frame(*linked);
  ASSERT_TRUE(sent && resent);
  const Report first = read(*sent);
  EXPECT_EQ(first.release, 1u);
  EXPECT_EQ(first.windows, 20u);
  EXPECT_EQ(read(*resent).counter, first.counter) << "it is sent until it is acknowledged";

  acknowledge(*linked, *resent);
  Report next = first;
  while (next.counter == first.counter) {
    const auto frame = report_frame(*linked);
    ASSERT_TRUE(frame);
    next = read(*frame);
  }
  EXPECT_EQ(next.counter, first.counter + 1);
  std::printf("%s: reports %u and %u, of %u and %u windows\n", GetParam().c_str(), first.counter, next.counter, first.windows,
              next.windows);
}

TEST_P(AgentUpdateTest, TakesABadModelBack) {
  const auto linked = board();
  FleetOperator good(keys, model_for(linked->board().board(), 0), 1);
  ASSERT_TRUE(install(*linked, good, 1)) << last_said();
  FleetOperator bad(keys, model_for(linked->board().board(), 1), 2, {.trial_windows = 3, .least_confidence = 256});
  linked->send(Channel::desired, bad.desired());
  ASSERT_TRUE(answered(*linked, bad, is_on_trial));
  feel(*linked, 3);
  const auto reverted =
      answered(*linked, bad, [](const format::StateT& state) { return state.phase == 0 && state.status != MOTE_OK; });
  ASSERT_TRUE(reverted);
  EXPECT_EQ(reverted->status, MOTE_UNHEALTHY);
  EXPECT_EQ(reverted->release, 1u);
  EXPECT_EQ(reverted->floor, 1u);

  FleetOperator cut(keys, model_for(linked->board().board(), 2), 3);
  linked->send(Channel::desired, cut.desired());
  ASSERT_TRUE(answered(*linked, cut, is_on_trial));
  ASSERT_TRUE(linked->start());  // in mid-trial
  ASSERT_TRUE(welcome(*linked));
  const auto interrupted = state(*linked, [](const format::StateT&) { return true; });
  ASSERT_TRUE(interrupted);
  EXPECT_EQ(interrupted->status, MOTE_TRIAL_INTERRUPTED);
  EXPECT_EQ(interrupted->release, 1u);
}

TEST_P(AgentUpdateTest, RefusesWhatIsForged) {
  const auto linked = board();
  ASSERT_TRUE(welcome(*linked));
  const auto refused = [&](const Bytes& desired, mote_status why) {
    linked->send(Channel::desired, desired);
    const auto answer = state(*linked, [why](const format::StateT& state) { return state.status == why; });
    EXPECT_TRUE(answer) << mote_status_name(why);
    EXPECT_TRUE(!answer || answer->release == 0);
  };
  const Bytes model = model_for(linked->board().board(), 0);
  const Bytes good = FleetOperator(keys, model, 1).desired();
  refused(FleetOperator(test::DeviceKeys(70), model, 1).desired(), MOTE_UNKNOWN_KEY);
  int forged = 1;
  for (size_t at = kEnvelopeHeaderBytes + 8; at < good.size(); at += good.size() / 5, ++forged) {
    Bytes changed = good;
    changed[at] ^= 4;
    linked->send(Channel::desired, changed);
    const auto answer = state(*linked, [](const format::StateT&) { return true; });
    ASSERT_TRUE(answer) << at;
    EXPECT_NE(answer->status, MOTE_OK) << at;
    EXPECT_EQ(answer->release, 0u);
    EXPECT_EQ(answer->chunks_total, 0u) << "nothing is downloaded";
  }
  std::printf("%s: %d forged directives and images refused\n", GetParam().c_str(), forged);
}

// Flash that has never been erased.
TEST_P(AgentUpdateTest, StartsOnFlashThatReadsZero) {
  const Board known = find_board(files, test::program_folder(), GetParam()).value();
  if (known.emulated_memory_bytes != 0)
    GTEST_SKIP() << "its flash is a file as large as the emulated memory: tests/update does it";
  put("flash", Bytes(known.flash_bytes, 0));
  const auto linked = board();
  FleetOperator host(keys, model_for(linked->board().board(), 0), 1);
  EXPECT_TRUE(install(*linked, host, 1)) << last_said();
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AgentUpdateTest);
INSTANTIATE_TEST_SUITE_P(Boards, AgentUpdateTest, testing::ValuesIn(test::boards("agent")), test::name_of_board);

}  // namespace
}  // namespace mote
