// One model over many inputs on an emulated core: a private folder, the board's bench.elf, its answer.
#include "host/firmware/bench.h"

#include <cmath>

#include "base/process.h"
#include "host/firmware/emulator_options.h"
#include "host/firmware/private_folder.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

constexpr size_t kMaxOutputBytes = size_t{1} << 30;
constexpr int kNotFound = 127;  // env's exit code for a program that is not there

// How time goes by under the emulator's -icount: every instruction takes 2^shift ns. The board's counter is read in whole ticks,
// so an instruction must take two of them at least for a difference of readings to say how many instructions lie between.
class InstructionClock {
 public:
  explicit InstructionClock(uint32_t ticks_hz) : tick_ns_(1e9 / ticks_hz) {
    while (std::ldexp(1.0, shift_) < 2 * tick_ns_) ++shift_;
  }
  std::string option() const { return "shift=" + std::to_string(shift_); }
  uint64_t instructions(uint32_t ticks) const {
    return static_cast<uint64_t>(std::llround(ticks * tick_ns_ / std::ldexp(1.0, shift_)));
  }

 private:
  double tick_ns_;
  int shift_ = 0;
};

std::vector<std::string> bench_command(const Board& board, const BoardRun& run, const Path& folder) {
  std::vector<std::string> words = {
      "env", "--chdir=" + folder.string(), board.emulator, "-M", board.machine, "-nographic", "-monitor", "none", "-serial",
      "none"};
  words.insert(words.end(), board.options.begin(), board.options.end());
  if (run.count) words.insert(words.end(), {"-icount", InstructionClock(board.ticks_hz).option()});
  if (!run.model.empty()) words.insert(words.end(), {"-device", put_at(board.bench_model, folder / "model")});
  words.insert(words.end(), {"-semihosting-config",
                             "enable=on,target=native,arg=bench,arg=" + std::to_string(run.model.size()) +
                                 ",arg=inputs,arg=outputs,arg=record",
                             "-kernel", std::filesystem::absolute(board.program(run.program)).string()});
  return words;
}

Error too_large(const BoardRun& run, const Board& board, const std::string& what, uint64_t bytes, uint32_t room) {
  return {.cause = Cause::failed,
          .what = "is too large for " + board.name + ": " + what + " " + std::to_string(bytes) + " bytes, the board has " +
                  std::to_string(room) + " for that",
          .where = run.model_name,
          .todo = ""};
}

// What is no model at all is left for the board to refuse.
Result<void> check_room(const BoardRun& run, const Board& board) {
  if (run.model.size() > board.bench_model.bytes)
    return too_large(run, board, "it takes", run.model.size(), board.bench_model.bytes);
  const Result<LoadedModel> model = LoadedModel::open(run.model, run.model_name);
  if (!model.ok()) return {};
  if (model->arena_bytes() > board.bench_arena.bytes)
    return too_large(run, board, "its arena takes", model->arena_bytes(), board.bench_arena.bytes);
  return {};
}

// The program ends with one line "model: why" or "inputs: why" (boards/common/app/bench.cc).
Error refusal(const BoardRun& run, const Board& board, const std::string& log) {
  const auto tail_of = [&log](const std::string& head) {
    const size_t at = log.rfind("\n" + head);
    const size_t from = at == std::string::npos ? (log.starts_with(head) ? head.size() : log.size()) : at + 1 + head.size();
    return log.substr(from, log.find('\n', from) - from);
  };
  if (const std::string why = tail_of("model: "); !why.empty())
    return {.cause = Cause::failed,
            .what = board.name + " refused it: " + why,
            .where = run.model_name,
            .todo = why.find("WRONG_TARGET") == std::string::npos ? "" : "import it with --target portable or the board's own"};
  if (const std::string why = tail_of("inputs: "); !why.empty())
    return {
        .cause = Cause::usage, .what = why, .where = run.inputs_name, .todo = "mote inspect says how many bytes an input has"};
  const std::string last = log.substr(0, log.find_last_not_of('\n') + 1);
  return {.cause = Cause::failed,
          .what = board.emulator + " ended early: " + last.substr(last.find_last_of('\n') + 1),
          .where = board.name,
          .todo = ""};
}

Result<void> wait_for(Process& process, const BoardRun& run, const Board& board, const Path& log, FileSystem& files) {
  if (!process.wait(run.patience)) {
    process.kill();
    return Error{.cause = Cause::failed,
                 .what = "it did not finish within " + std::to_string(run.patience.count() / 1000) + " s",
                 .where = board.name,
                 .todo = "give it fewer inputs"};
  }
  if (process.exit_code() == kNotFound)
    return Error{.cause = Cause::failed,
                 .what = "the emulator is not installed",
                 .where = board.emulator,
                 .todo = "install it: scripts/quickstart does"};
  TRY(const std::string said, files.read_text(log));
  if (process.exit_code() != 0) return refusal(run, board, said);
  return {};
}

// `record` is a Record of boards/common/app/bench.cc: little-endian words.
Result<BoardCounts> read_counts(ByteView record, const BoardRun& run, const Board& board) {
  enum { kNothingTicks, kNothingStack, kOpenTicks, kOpenStack, kBindTicks, kBindStack, kRunTicks, kRunStack, kOperators, kHead };
  const auto word = [&record](size_t i) {
    return record[4 * i] | uint32_t{record[4 * i + 1]} << 8 | uint32_t{record[4 * i + 2]} << 16 |
           uint32_t{record[4 * i + 3]} << 24;
  };
  if (record.size() < 4 * kHead || record.size() / 4 - kHead != word(kOperators))
    return Error{.cause = Cause::failed,
                 .what = "its firmware is of another version: it keeps another record",
                 .where = board.name,
                 .todo = "build it again: cmake --build --preset host"};
  BoardCounts counts{
      .stack_bytes = word(kRunStack), .open_stack_bytes = word(kOpenStack), .bind_stack_bytes = word(kBindStack), .nodes = {}};
  if (!run.count) return counts;
  const InstructionClock clock(board.ticks_hz);
  const auto less_counting = [&](uint32_t ticks) {
    const uint64_t all = clock.instructions(ticks), counting = clock.instructions(word(kNothingTicks));
    return all > counting ? all - counting : 0;
  };
  counts.open_instructions = less_counting(word(kOpenTicks));
  counts.bind_instructions = less_counting(word(kBindTicks));
  counts.instructions = less_counting(word(kRunTicks));
  for (uint32_t i = 0; i < word(kOperators); ++i) counts.nodes.push_back(clock.instructions(word(kHead + i)));
  return counts;
}

}  // namespace

Result<BoardAnswer> run_on_board(const BoardRun& run, FileSystem& files, const Path& program_folder) {
  TRY(const Board board, find_board(files, program_folder, run.board));
  TRY_DO(check_room(run, board));
  TRY(const PrivateFolder folder, PrivateFolder::make());
  TRY_DO(files.write(folder.path() / "model", run.model, Access::owner_only));
  TRY_DO(files.write(folder.path() / "inputs", run.inputs, Access::owner_only));
  const Path log = folder.path() / "log";
  TRY(Process process, Process::start(bench_command(board, run, folder.path()), {.output = log}));
  TRY_DO(wait_for(process, run, board, log, files));
  TRY(Bytes outputs, files.read(folder.path() / "outputs", kMaxOutputBytes));
  TRY(const Bytes record, files.read(folder.path() / "record", 1 << 16));
  TRY(BoardCounts counts, read_counts(record, run, board));
  return BoardAnswer{.outputs = std::move(outputs), .counts = std::move(counts)};
}

}  // namespace mote
