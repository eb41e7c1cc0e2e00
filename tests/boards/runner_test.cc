// A model gives the same bytes on every emulated board as on the host, and a board refuses what it cannot run.
#include <gmock/gmock.h>

#include <set>

#include "tests/boards/boards_case.h"

namespace mote {
namespace {

using test::HostModel;
using test::random_inputs;
using test::random_model;
using testing::HasSubstr;

class RunnerTest : public test::BoardsTest {
 protected:
  Result<void> run(const std::string& board) {
    return run_on_board({.model = folder / "model", .inputs = folder / "inputs", .outputs = folder / "outputs", .board = board},
                        files, test::program_folder());
  }
  // Runs `model` over `inputs`, expects a refusal and returns its line.
  std::string refusal(const Bytes& model, const Bytes& inputs) {
    put("model", model);
    put("inputs", inputs);
    const Result<void> result = run(test::boards().front());
    EXPECT_FALSE(result.ok());
    EXPECT_FALSE(files.exists(folder / "outputs")) << "nothing may be left half-written";
    return result.ok() ? "" : result.error().line();
  }
};

TEST_F(RunnerTest, GivesTheHostsBytes) {
  size_t compared = 0;
  std::set<uint8_t> values;
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    const Bytes model = random_model(seed);
    HostModel host(model);
    const Bytes inputs = random_inputs(seed, host.input_bytes(), 25);
    put("model", model);
    put("inputs", inputs);
    const Bytes expected = host.run(inputs);
    values.insert(expected.begin(), expected.end());
    for (const std::string& board : test::boards()) {
      const Result<void> result = run(board);
      ASSERT_TRUE(result.ok()) << result.error().line();
      EXPECT_EQ(get("outputs"), expected) << board << ", seed " << seed;
      compared += expected.size();
    }
  }
  EXPECT_GT(values.size(), 200u) << "the outputs take nearly every value, so that equality says something";
  std::printf("%zu output bytes of 16 networks equal on host and board\n", compared);
}

TEST_F(RunnerTest, TakesNoInputAtAll) {
  put("model", random_model(1));
  put("inputs", {});
  ASSERT_TRUE(run(test::boards().front()).ok());
  EXPECT_TRUE(get("outputs").empty());
}

TEST_F(RunnerTest, RefusesAModelByTheDevicesStatus) {
  const Bytes model = random_model(2);
  const Bytes inputs = random_inputs(2, HostModel(model).input_bytes(), 1);
  Bytes other_magic = model;
  other_magic[0] ^= 1;
  EXPECT_THAT(refusal(other_magic, inputs), HasSubstr("MALFORMED M"));
  EXPECT_THAT(refusal(Bytes(model.begin(), model.end() - 16), inputs), HasSubstr("TRUNCATED"));
  EXPECT_THAT(refusal(Bytes(200000), inputs), HasSubstr("TOO_LARGE_FOR_SLOT"));
  EXPECT_THAT(refusal({}, inputs), HasSubstr("TRUNCATED"));
}

TEST_F(RunnerTest, RefusesInputsThatAreNoWholeTensors) {
  const Bytes model = random_model(3);
  EXPECT_THAT(refusal(model, Bytes(HostModel(model).input_bytes() + 1)), HasSubstr("no whole number of input tensors"));
}

TEST_F(RunnerTest, SaysWhatIsMissing) {
  put("model", random_model(4));
  put("inputs", {});
  EXPECT_THAT(run("no-such-board").error().line(), HasSubstr("no-such-board: there is no firmware for a board of this name"));
  EXPECT_THAT(run("../mps2-an386").error().line(), HasSubstr("no firmware"));
  std::filesystem::remove(folder / "inputs");
  EXPECT_THAT(run(test::boards().front()).error().line(), HasSubstr("inputs: "));
}

TEST_F(RunnerTest, SaysWhenTheEmulatorIsMissing) {
  const Path boards = folder / "program" / "firmware";
  std::filesystem::create_directories(boards / "other");
  std::string toml = files.read_text(test::program_folder() / "firmware" / test::boards().front() / "board.toml").value();
  toml.replace(toml.find("qemu-system-arm"), 15, "no-such-program");
  ASSERT_TRUE(files.write_text(boards / "other" / "board.toml", toml).ok());
  put("model", random_model(4));
  put("inputs", {});
  const Result<void> result =
      run_on_board({.model = folder / "model", .inputs = folder / "inputs", .outputs = folder / "outputs", .board = "other"},
                   files, folder / "program");
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().line(), HasSubstr("no-such-program: the emulator is not installed"));
}

}  // namespace
}  // namespace mote
