// The MLPerf Tiny models on every emulated board that has room for them: the host's bytes, and a count of instructions.
#include <gmock/gmock.h>

#include "base/test/shared_data.h"
#include "host/firmware/bench.h"
#include "quantize/import/import.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/run_tensors.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

struct Published {
  const char* name;
  const char* model;
  const char* inputs;
  uint64_t most_small;  // instructions on mps2-an386 with small kernels: what CMSIS-NN takes there with -Os
};
void PrintTo(const Published& published, std::ostream* out) { *out << published.name; }

class MlperfOnBoards : public testing::TestWithParam<Published> {};

TEST_P(MlperfOnBoards, GivesTheHostsBytes) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  if (test::boards().empty()) GTEST_SKIP() << "skipped: no firmware was built (docs/dependencies.md)";
  DiskFileSystem files;
  const Bytes model = import_tflite(files.read(folder / GetParam().model, 1u << 24).value(), GetParam().model).value();
  Bytes input = files.read(folder / GetParam().inputs, 1u << 24).value();
  input.resize(LoadedModel::open(model, "model").value().input_bytes());
  const Bytes expected = run_tensors(model, "model", input, "input").value();
  size_t ran = 0;
  for (const std::string& board : test::boards()) {
    const Result<BoardAnswer> answer =
        run_on_board({.model = model, .inputs = input, .board = board, .count = true}, files, test::program_folder());
    if (!answer.ok() && board == "microbit") {  // 256 KiB of flash and 16 KiB of RAM
      EXPECT_THAT(answer.error().line(), testing::HasSubstr("is too large for microbit"));
      continue;
    }
    ASSERT_TRUE(answer.ok()) << answer.error().line();
    EXPECT_EQ(answer->outputs, expected) << board;
    std::printf("%s on %s: %llu instructions\n", GetParam().name, board.c_str(),
                static_cast<unsigned long long>(answer->counts.instructions));
    ++ran;
  }
  EXPECT_GE(ran + 1, test::boards().size());
}

TEST_P(MlperfOnBoards, SmallKernelsGiveTheHostsBytesToo) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  if (!std::ranges::count(test::boards("bench_small"), "mps2-an386")) GTEST_SKIP() << "skipped: no firmware was built";
  DiskFileSystem files;
  const Bytes model =
      import_tflite(files.read(folder / GetParam().model, 1u << 24).value(), GetParam().model, {.target = Target::armv7e_m})
          .value();
  Bytes input = files.read(folder / GetParam().inputs, 1u << 24).value();
  input.resize(LoadedModel::open(model, "model").value().input_bytes());
  const BoardRun run{.model = model, .inputs = input, .board = "mps2-an386", .program = "bench_small", .count = true};
  const Result<BoardAnswer> answer = run_on_board(run, files, test::program_folder());
  ASSERT_TRUE(answer.ok()) << answer.error().line();
  EXPECT_EQ(answer->outputs, run_tensors(model, "model", input, "input").value());
  EXPECT_LE(answer->counts.instructions, GetParam().most_small);
}

INSTANTIATE_TEST_SUITE_P(
    Each, MlperfOnBoards,
    testing::Values(Published{"kws01", "models/kws01_dscnn_int8.tflite", "inputs/kws01/kws01_inputs.bin", 9228539},
                    Published{"ic01", "models/ic01_resnet8_int8.tflite", "golden/ic01_random16_inputs.bin", 41074967},
                    Published{"ad01", "models/ad01_int8.tflite", "golden/ad01_random16_inputs.bin", 843335},
                    Published{"vww01", "models/vww01_96_int8.tflite", "golden/vww01_random16_inputs.bin", 28556483}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
