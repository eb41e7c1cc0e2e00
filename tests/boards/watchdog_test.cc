// A model that hangs on trial: the watchdog resets the board, which goes back to the model before it and says so.
#include "boards/common/board.h"
#include "host/firmware/debug_link.h"
#include "host/firmware/elf.h"
#include "tests/boards/agent_case.h"

namespace mote {
namespace {

using std::chrono::seconds;
using test::FleetOperator;
using test::model_for;

class WatchdogTest : public test::AgentCase {
 protected:
  // The board's programs as they were built, with a door for a debugger.
  void SetUp() override {
    test::AgentCase::SetUp();
    if (IsSkipped()) return;
    const Path built = find_board(files, test::program_folder(), GetParam()).value().folder;
    const Path here = folder / "firmware" / GetParam();
    std::filesystem::create_directories(here);
    std::filesystem::create_symlink(built / "agent.elf", here / "agent.elf");
    std::string toml = files.read_text(built / "board.toml").value();
    const std::string section = "[emulate]\n";
    ASSERT_NE(toml.find(section), std::string::npos);
    toml.insert(toml.find(section) + section.size(),
                "options = \"-chardev socket,id=door,server=on,wait=off,path=" + door().string() + " -gdb chardev:door\"\n");
    ASSERT_TRUE(files.write_text(here / "board.toml", toml).ok());
    programs = folder;
  }
  Path door() const { return folder / "door"; }

  // From now on, and until the emulator loads the program anew at a reset, `function` never returns.
  void hang(const std::string& function) {
    const Path program = test::program_folder() / "firmware" / GetParam() / "agent.elf";
    const Bytes elf = files.read(program, size_t{1} << 26).value();
    const uint32_t address = read_symbols(elf, "agent").value().at(function).address & ~1u;
    DebugLink debugger = DebugLink::connect(door()).value();
    ASSERT_TRUE(debugger.write(address, Bytes{0xFE, 0xE7}).ok());  // b .
    ASSERT_TRUE(debugger.resume().ok());
  }
};

TEST_P(WatchdogTest, TakesAModelBackThatHangsOnTrial) {
  const auto linked = board();
  FleetOperator good(keys, model_for(linked->board().board(), 0), 1), hanging(keys, model_for(linked->board().board(), 1), 2);
  ASSERT_TRUE(install(*linked, good, 1)) << last_said();
  linked->send(Channel::desired, hanging.desired());
  ASSERT_TRUE(answered(*linked, hanging, is_on_trial)) << last_said();
  ASSERT_EQ(last.release, 2u);
  const uint32_t boot = last.boot;

  hang("mote_run_raw");
  const auto start = std::chrono::steady_clock::now();
  feel(*linked, 1);
  ASSERT_TRUE(linked->wait_for(FrameType::hello, seconds(60))) << "nothing has reset it";
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%s: started anew %.1f s after its model hung\n", GetParam().c_str(), took.count());
  EXPECT_GT(took.count(), board::kWatchdogSeconds - 1) << "something else was quicker than the watchdog";

  linked->send(FrameType::welcome);
  const auto after = state(*linked, [](const format::StateT&) { return true; });
  ASSERT_TRUE(after);
  EXPECT_EQ(after->boot, boot + 1);
  EXPECT_EQ(after->status, MOTE_TRIAL_INTERRUPTED);
  EXPECT_EQ(after->phase, static_cast<uint8_t>(Phase::idle));
  EXPECT_EQ(after->release, 1u);
  EXPECT_EQ(after->floor, 1u);

  feel(*linked, 20);
  const auto sent = report_frame(*linked);
  ASSERT_TRUE(sent) << "the old model does not run";
  EXPECT_EQ(read(*sent).release, 1u);
  EXPECT_EQ(read(*sent).windows, 20u);
}

std::vector<std::string> boards_with_a_watchdog() {
  std::vector<std::string> names = test::boards("agent");
  std::erase_if(names, [](const std::string& name) { return !name.starts_with("mps2-"); });
  return names;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(WatchdogTest);
INSTANTIATE_TEST_SUITE_P(Boards, WatchdogTest, testing::ValuesIn(boards_with_a_watchdog()), test::name_of_board);

}  // namespace
}  // namespace mote
