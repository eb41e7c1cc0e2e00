// A model gives the same bytes on every emulated board as on the host, and a board refuses what it cannot run.
#include "host/firmware/bench.h"

#include <gmock/gmock.h>

#include <set>

#include "base/json.h"
#include "host/firmware/profile.h"
#include "quantize/read/model_file.h"
#include "quantize/test/spotter.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

using test::HostModel;
using test::random_inputs;
using test::random_model;
using testing::AllOf;
using testing::HasSubstr;

class BenchTest : public test::BoardsTest {
 protected:
  Result<BoardAnswer> run(const std::string& board, ByteView model, ByteView inputs, bool count = false) {
    return run_on_board({.model = model, .inputs = inputs, .board = board, .count = count}, files, test::program_folder());
  }
  // Runs `model` over `inputs`, expects a refusal and returns its line.
  std::string refusal(ByteView model, ByteView inputs, const std::string& board = test::boards().front()) {
    const Result<BoardAnswer> result = run(board, model, inputs);
    EXPECT_FALSE(result.ok());
    return result.ok() ? "" : result.error().line();
  }
};

TEST_F(BenchTest, GivesTheHostsBytes) {
  size_t compared = 0;
  std::set<uint8_t> values;
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    const Bytes model = random_model(seed);
    HostModel host(model);
    const Bytes inputs = random_inputs(seed, host.input_bytes(), 25);
    const Bytes expected = host.run(inputs);
    values.insert(expected.begin(), expected.end());
    for (const std::string& board : test::boards()) {
      const Result<BoardAnswer> answer = run(board, model, inputs);
      ASSERT_TRUE(answer.ok()) << answer.error().line();
      EXPECT_EQ(answer->outputs, expected) << board << ", seed " << seed;
      compared += expected.size();
    }
  }
  EXPECT_GT(values.size(), 200u) << "the outputs take nearly every value, so that equality says something";
  std::printf("%zu output bytes of 16 networks equal on host and boards\n", compared);
}

// In the forms that the board's own kernels read, and in the portable one, with the kernels of both profiles.
TEST_F(BenchTest, BothProfilesGiveTheHostsBytes) {
  for (uint64_t seed = 1; seed <= 12; ++seed)
    for (const Target target : {Target::portable, Target::armv7e_m}) {
      const Bytes model = test::Spotter(seed).model(target);
      HostModel host(model);
      const Bytes inputs = random_inputs(seed, host.input_bytes(), 10);
      for (const char* program : {"bench", "bench_small"})
        for (const std::string& board : test::boards(program)) {
          if (board != "mps2-an386" && board != "mps2-an500") continue;
          const BoardRun run{.model = model, .inputs = inputs, .board = board, .program = program};
          const Result<BoardAnswer> answer = run_on_board(run, files, test::program_folder());
          ASSERT_TRUE(answer.ok()) << answer.error().line();
          EXPECT_EQ(answer->outputs, host.run(inputs)) << program << " on " << board << ", seed " << seed;
        }
    }
}

// Of int16 activations, quiet and loud, on the board whose bench has the operators for them; the others say that they lack them.
TEST_F(BenchTest, GivesTheHostsBytesOnInt16) {
  std::set<uint8_t> values;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const Bytes model = random_model(seed, 32, 3, {}, Activations::int16);
    HostModel host(model);
    Random random(seed);
    std::vector<int16_t> input(host.input_bytes() / sizeof(int16_t) * 20);
    const double amplitude = std::exp(random.uniform(5, 10.3));
    for (int16_t& value : input) value = static_cast<int16_t>(random.uniform(-amplitude, amplitude));
    const ByteView bytes = bytes_of(std::span<const int16_t>(input));
    const Bytes inputs(bytes.begin(), bytes.end()), expected = host.run(inputs);
    values.insert(expected.begin(), expected.end());
    for (const std::string& board : test::boards()) {
      const Result<BoardAnswer> answer = run(board, model, inputs);
      if (board == "mps2-an386") {
        ASSERT_TRUE(answer.ok()) << answer.error().line();
        EXPECT_EQ(answer->outputs, expected) << board << ", seed " << seed;
      } else {
        ASSERT_FALSE(answer.ok());
        EXPECT_THAT(answer.error().line(), HasSubstr("UNKNOWN_OPERATOR"));
      }
    }
  }
  EXPECT_GT(values.size(), 100u) << "the outputs take many values, so that equality says something";
}

TEST_F(BenchTest, TakesNoInputAtAll) {
  const Result<BoardAnswer> answer = run(test::boards().front(), random_model(1), {});
  ASSERT_TRUE(answer.ok()) << answer.error().line();
  EXPECT_TRUE(answer->outputs.empty());
}

TEST_F(BenchTest, RefusesAModelByTheDevicesStatus) {
  const Bytes model = random_model(2);
  const Bytes inputs = random_inputs(2, HostModel(model).input_bytes(), 1);
  Bytes other_magic = model;
  other_magic[0] ^= 1;
  for (const std::string& board : test::boards()) {
    EXPECT_THAT(refusal(other_magic, inputs, board), HasSubstr("MALFORMED M"));
    EXPECT_THAT(refusal(Bytes(model.begin(), model.end() - 16), inputs, board), HasSubstr("TRUNCATED"));
  }
  EXPECT_THAT(refusal({}, inputs), HasSubstr("TRUNCATED"));
}

TEST_F(BenchTest, RefusesAModelThatIsTooLargeForTheBoard) {
  for (const std::string& name : test::boards()) {
    const Board board = find_board(files, test::program_folder(), name).value();
    EXPECT_THAT(refusal(Bytes(board.bench_model.bytes + 1), {}, name),
                AllOf(HasSubstr("is too large for " + name), HasSubstr(std::to_string(board.bench_model.bytes))));
  }
}

TEST_F(BenchTest, RefusesAnArenaThatIsTooLargeForTheBoard) {
  const std::vector<std::string> boards = test::boards();
  if (std::find(boards.begin(), boards.end(), "microbit") == boards.end()) GTEST_SKIP() << "skipped: microbit was not built";
  const Bytes model = random_model(2, 8192, 3);
  EXPECT_THAT(refusal(model, {}, "microbit"), HasSubstr("too large for microbit: its arena takes"));
}

TEST_F(BenchTest, RefusesInputsThatAreNoWholeTensors) {
  const Bytes model = random_model(3);
  EXPECT_THAT(refusal(model, Bytes(HostModel(model).input_bytes() + 1)), HasSubstr("no whole number of input tensors"));
}

TEST_F(BenchTest, SaysWhatIsMissing) {
  const Bytes model = random_model(4);
  EXPECT_THAT(run("no-such-board", model, {}).error().line(),
              AllOf(HasSubstr("no-such-board: there is no firmware for a board of this name"), HasSubstr(test::boards().front()),
                    HasSubstr(test::boards().back())));
  EXPECT_THAT(run("../mps2-an386", model, {}).error().line(), HasSubstr("no firmware"));
}

TEST_F(BenchTest, SaysWhenTheEmulatorIsMissing) {
  const Path boards = folder / "program" / "firmware";
  std::filesystem::create_directories(boards / "other");
  const Board board = find_board(files, test::program_folder(), test::boards().front()).value();
  std::string toml = files.read_text(board.folder / "board.toml").value();
  toml.replace(toml.find(board.emulator), board.emulator.size(), "no-such-program");
  ASSERT_TRUE(files.write_text(boards / "other" / "board.toml", toml).ok());
  const Result<BoardAnswer> result =
      run_on_board({.model = random_model(4), .inputs = {}, .board = "other"}, files, folder / "program");
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().line(), HasSubstr("no-such-program: the emulator is not installed"));
}

TEST_F(BenchTest, GivesUpWhenItsPatienceEnds) {
  const Bytes model = random_model(1);
  const Bytes inputs = random_inputs(1, HostModel(model).input_bytes(), 20'000);
  const Result<BoardAnswer> result =
      run_on_board({.model = model, .inputs = inputs, .board = test::boards().front(), .patience = std::chrono::milliseconds(50)},
                   files, test::program_folder());
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().line(), HasSubstr("did not finish within"));
}

// The count is exact: it repeats to the instruction, however many runs went before and wherever in a tick a run begins, and the
// largest of several is the largest of them one by one.
TEST_F(BenchTest, CountsInstructionsExactly) {
  constexpr size_t kInputs = 3;
  const Bytes model = random_model(7);
  const size_t in = HostModel(model).input_bytes();
  const Bytes inputs = random_inputs(7, in, kInputs);
  for (const std::string& board : test::boards()) {
    uint64_t most = 0, open = 0;
    for (size_t i = 0; i < kInputs; ++i) {
      const Result<BoardAnswer> one = run(board, model, ByteView(inputs).subspan(i * in, in), true);
      ASSERT_TRUE(one.ok()) << one.error().line();
      most = std::max(most, one->counts.instructions);
      EXPECT_TRUE(open == 0 || open == one->counts.open_instructions);
      open = one->counts.open_instructions;
    }
    const Result<BoardAnswer> all = run(board, model, inputs, true);
    ASSERT_TRUE(all.ok()) << all.error().line();
    const BoardCounts& counts = all->counts;
    EXPECT_EQ(counts.instructions, most) << board;
    EXPECT_EQ(counts.open_instructions, open) << board;
    EXPECT_GT(counts.instructions, 10 * in) << board;
    EXPECT_LT(counts.stack_bytes, 1024u) << board;
    EXPECT_GT(counts.stack_bytes, 32u) << board;
    EXPECT_LT(counts.open_stack_bytes, 1536u) << board;
    EXPECT_GT(counts.open_stack_bytes, 32u) << board;
    EXPECT_LT(counts.bind_instructions, 50'000u) << board;
    EXPECT_LT(counts.bind_instructions, counts.open_instructions) << board;
    EXPECT_GT(counts.bind_instructions, 100u) << board;
    std::printf("%s: %llu instructions, %u bytes of stack\n", board.c_str(), static_cast<unsigned long long>(counts.instructions),
                counts.stack_bytes);
  }
}

// By operator, in a second run with a hook: nearly all of what the run without one took, and no more than it.
TEST_F(BenchTest, CountsTheInstructionsOfEachOperator) {
  for (const uint64_t seed : {7, 11}) {
    const Bytes model = random_model(seed);
    const ModelFile file = read_model(model, "random").value();
    const Bytes inputs = random_inputs(seed, HostModel(model).input_bytes(), 2);
    for (const std::string& board : test::boards()) {
      const Result<BoardAnswer> answer = run(board, model, inputs, true);
      ASSERT_TRUE(answer.ok()) << answer.error().line();
      const BoardCounts& counts = answer->counts;
      ASSERT_EQ(counts.nodes.size(), file.nodes.size()) << board;
      uint64_t sum = 0;
      for (size_t i = 0; i < counts.nodes.size(); ++i) {
        EXPECT_EQ(counts.nodes[i] != 0, i >= file.front_nodes) << board << ", node " << i;
        sum += counts.nodes[i];
      }
      EXPECT_LE(sum, counts.instructions) << board;
      EXPECT_GE(sum, counts.instructions / 10 * 9) << board;
    }
  }
}

TEST_F(BenchTest, ProfilesWithThePicture) {
  const Bytes model = random_model(7);
  for (const std::string& board : test::boards()) {
    const Result<Profile> found =
        profile({.model = model, .model_name = "<model>", .board = board}, files, test::program_folder());
    ASSERT_TRUE(found.ok()) << found.error().line();
    EXPECT_EQ(to_json(*found)["operators"].size(), found->operators.size());
    EXPECT_FALSE(found->operators.empty());
    for (const OperatorCount& count : found->operators) EXPECT_LE(count.bytes_alive, found->arena_bytes);
    const std::string picture = to_svg(*found);
    EXPECT_THAT(picture, HasSubstr("&lt;model&gt; on " + board));
    for (const OperatorCount& count : found->operators)
      EXPECT_THAT(picture, HasSubstr(">" + std::to_string(count.node) + " " + count.name + "</text>"));
    for (const ArenaPiece& piece : found->arena) EXPECT_THAT(picture, HasSubstr("<title>" + piece.name + ": bytes "));
  }
}

}  // namespace
}  // namespace mote
