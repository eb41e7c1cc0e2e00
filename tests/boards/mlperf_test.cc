// The MLPerf Tiny models on every emulated board that has room for them: TensorFlow Lite's bytes, and a count of instructions.
#include <gmock/gmock.h>

#include "base/test/shared_data.h"
#include "host/firmware/bench.h"
#include "quantize/import/import.h"
#include "quantize/pack/pack.h"
#include "quantize/read/loaded_model.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

struct Published {
  const char* name;
  const char* model;
  const char* inputs;
  const char* outputs;  // of TensorFlow Lite
  uint64_t most_small;  // instructions on mps2-an386 with small kernels: what CMSIS-NN takes there with -Os
};
void PrintTo(const Published& published, std::ostream* out) { *out << published.name; }

// Whose packed models a board runs.
Target target_of(const std::string& board) {
  if (board == "microbit") return Target::armv6_m;
  if (board == "mps2-an385") return Target::armv7_m;
  if (board == "mps2-an386" || board == "mps2-an500") return Target::armv7e_m;
  if (board == "mps3-an547") return Target::armv8_1_m_mve;
  return Target::rv32;
}

class MlperfOnBoards : public testing::TestWithParam<Published> {
 protected:
  void SetUp() override {
    const Path folder = shared_data("mlperf-tiny");
    if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
    tflite = read(folder / GetParam().model);
    input = read(folder / GetParam().inputs);
    golden = read(folder / GetParam().outputs);
    const Bytes model = import({});
    const LoadedModel loaded = LoadedModel::open(model, "model").value();
    input.resize(loaded.input_bytes());  // the first
    golden.resize(loaded.output_bytes());
  }

  Bytes read(const Path& path) { return files.read(path, 1u << 24).value(); }
  Bytes import(const ImportOptions& options) const { return import_tflite(tflite, GetParam().model, options).value(); }

  // Instructions of a run that gave the golden bytes; 0 when the board has no room for the model.
  uint64_t run(const Bytes& model, const std::string& board, const std::string& program = "bench") {
    const Result<BoardAnswer> answer = run_on_board(
        {.model = model, .inputs = input, .board = board, .program = program, .count = true}, files, test::program_folder());
    if (!answer.ok() && board == "microbit") {  // 256 KiB of flash and 16 KiB of RAM
      EXPECT_THAT(answer.error().line(), testing::HasSubstr("is too large for microbit"));
      return 0;
    }
    EXPECT_TRUE(answer.ok()) << board << ": " << answer.error().line();
    if (!answer.ok()) return 0;
    EXPECT_EQ(answer->outputs, golden) << board;
    return answer->counts.instructions;
  }

  DiskFileSystem files;
  Bytes tflite, input, golden;
};

TEST_P(MlperfOnBoards, GivesTheGoldenBytes) {
  if (test::boards().empty()) GTEST_SKIP() << "skipped: no firmware was built (docs/dependencies.md)";
  size_t ran = 0;
  for (const std::string& board : test::boards())
    for (const Target target : {Target::portable, target_of(board)}) {
      const uint64_t instructions = run(import({.target = target}), board);
      if (instructions == 0) continue;
      std::printf("%s, %s, on %s: %llu instructions\n", GetParam().name, std::string(target_name(target)).c_str(), board.c_str(),
                  static_cast<unsigned long long>(instructions));
      ++ran;
    }
  EXPECT_GE(ran + 2, 2 * test::boards().size());
}

TEST_P(MlperfOnBoards, SmallKernelsGiveTheGoldenBytesToo) {
  if (!std::ranges::count(test::boards("bench_small"), "mps2-an386")) GTEST_SKIP() << "skipped: no firmware was built";
  const uint64_t instructions = run(import({.target = Target::armv7e_m}), "mps2-an386", "bench_small");
  EXPECT_GT(instructions, 0u);
  EXPECT_LE(instructions, GetParam().most_small);
}

// Little RAM costs instructions, but at most three tenths of them.
TEST_P(MlperfOnBoards, RunsInLittleRam) {
  if (!std::ranges::count(test::boards(), "mps2-an386")) GTEST_SKIP() << "skipped: no firmware was built";
  const Bytes usual = import({.target = Target::armv7e_m}), least = import({.target = Target::armv7e_m, .ram_bytes = 36 * 1024});
  EXPECT_LE(LoadedModel::open(least, "model").value().arena_bytes(), 36u * 1024);
  EXPECT_LE(10 * run(least, "mps2-an386"), 13 * run(usual, "mps2-an386"));
}

INSTANTIATE_TEST_SUITE_P(Each, MlperfOnBoards,
                         testing::Values(Published{"kws01", "models/kws01_dscnn_int8.tflite", "inputs/kws01/kws01_inputs.bin",
                                                   "golden/kws01_outputs.bin", 9228539},
                                         Published{"ic01", "models/ic01_resnet8_int8.tflite", "golden/ic01_random16_inputs.bin",
                                                   "golden/ic01_random16_outputs.bin", 41074967},
                                         Published{"ad01", "models/ad01_int8.tflite", "golden/ad01_random16_inputs.bin",
                                                   "golden/ad01_random16_outputs.bin", 843335},
                                         Published{"vww01", "models/vww01_96_int8.tflite", "golden/vww01_random16_inputs.bin",
                                                   "golden/vww01_random16_outputs.bin", 28556483}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
