// The agent's firmware on every emulated board: its link, and its flash across restarts.
#include <gmock/gmock.h>

#include "tests/boards/agent_case.h"

namespace mote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::LinkFrame;
using testing::HasSubstr;

class AgentTest : public test::AgentCase {};

TEST_P(AgentTest, L8_says_hello_once_a_second_until_it_is_welcomed) {
  const auto linked = board();
  ASSERT_TRUE(linked);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) {
    const auto hello = linked->wait_for([](const LinkFrame& frame) {
      EXPECT_NE(frame.type, FrameType::message);
      return frame.type == FrameType::hello;
    });
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->text(), "m4-1");
  }
  EXPECT_GT(std::chrono::steady_clock::now() - start, milliseconds(1000));
  linked->send(FrameType::welcome);
  const auto answer = state(*linked, [](const format::StateT&) { return true; });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->device, "m4-1");
  EXPECT_EQ(answer->device_class, "vibration");
  EXPECT_EQ(answer->slot_bytes, linked->board().board().slot_bytes);
  EXPECT_EQ(answer->arena_bytes, linked->board().board().agent_arena_bytes);
  EXPECT_EQ(answer->release, 0u);
  EXPECT_FALSE(linked->wait_for(FrameType::hello, milliseconds(1500)));
  EXPECT_EQ(linked->dropped(), 0u);
}

TEST_P(AgentTest, L9_says_hello_again_after_a_farewell) {
  const auto linked = board();
  ASSERT_TRUE(linked->wait_for(FrameType::hello));
  linked->send(FrameType::welcome);
  ASSERT_TRUE(state(*linked, [](const format::StateT&) { return true; }));
  linked->send(FrameType::farewell);
  ASSERT_TRUE(linked->wait_for(FrameType::hello, seconds(3)));
  linked->send(FrameType::welcome);
  EXPECT_TRUE(state(*linked, [](const format::StateT&) { return true; }))
      << "its state is written anew when the transport is up again";
}

TEST_P(AgentTest, L7_ignores_frames_it_does_not_know_and_noise) {
  const auto linked = board();
  ASSERT_TRUE(linked->wait_for(FrameType::hello));
  Random random(5);
  Bytes noise(3000);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random.next());
  linked->send_bytes(noise);
  linked->send(static_cast<FrameType>(77), Bytes(50, 1));
  linked->send(FrameType::message, {});
  linked->send(Channel::desired, noise);
  linked->send(FrameType::window, Bytes(3, 1));
  linked->send(FrameType::welcome);
  EXPECT_TRUE(state(*linked, [](const format::StateT& state) { return state.release == 0; }));
}

TEST_P(AgentTest, SaysThatItHasNoIdentity) {
  const auto linked = board(false);
  const auto log = linked->wait_for(FrameType::log);
  ASSERT_TRUE(log);
  EXPECT_THAT(log->text(), HasSubstr("no identity"));
}

TEST_P(AgentTest, CountsItsStartsInFlashThatOutlivesTheProcess) {
  const auto linked = board();
  uint32_t before = 0;
  for (int start = 0; start < 3; ++start) {
    ASSERT_TRUE(start == 0 || linked->start());
    ASSERT_TRUE(linked->wait_for(FrameType::hello));
    linked->send(FrameType::welcome);
    const auto answer = state(*linked, [](const format::StateT&) { return true; });
    ASSERT_TRUE(answer);
    EXPECT_TRUE(start == 0 || answer->boot == before + 1) << answer->boot << " after " << before;
    before = answer->boot;
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AgentTest);
INSTANTIATE_TEST_SUITE_P(Boards, AgentTest, testing::ValuesIn(test::boards("agent")), test::name_of_board);

}  // namespace
}  // namespace mote
