// Imports, runs, counts.
#include "bench/runtime/measure.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "base/process.h"
#include "host/firmware/bench.h"
#include "host/firmware/footprint.h"
#include "quantize/import/import.h"
#include "quantize/pack/pack.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/run_tensors.h"

namespace mote::bench {
namespace {

constexpr int kRounds = 15;
constexpr double kRoundSeconds = 0.05;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Result<Bytes> imported(const Subject& subject, Target target, FileSystem& files) {
  TRY(const Bytes from, files.read(subject.model, kMaxFileBytes));
  return import_tflite(from, subject.model.string(), {.target = target});
}

// The first `count` numbers that a program prints; empty when it fails or prints fewer.
std::vector<double> numbers_of(const std::vector<std::string>& command, size_t count, FileSystem& files) {
  const Path log = std::filesystem::temp_directory_path() / ("mote-bench-" + std::to_string(getpid()));
  (void)files.remove(log);
  Result<Process> process = Process::start(command, {.output = log});
  if (!process.ok() || !process->wait(std::chrono::minutes(10)) || process->exit_code() != 0) return {};
  const Result<std::string> text = files.read_text(log);
  (void)files.remove(log);
  std::vector<double> numbers;
  for (const char* at = text.ok() ? text->c_str() : ""; *at != '\0' && numbers.size() < count;) {
    char* end = nullptr;
    const double number = std::strtod(at, &end);
    if (end == at)
      ++at;
    else
      numbers.push_back(number), at = end;
  }
  return numbers.size() == count ? numbers : std::vector<double>{};
}

// One record in a file of its own, for the peer.
struct RecordFile {
  Path path = std::filesystem::temp_directory_path() / ("mote-bench-input-" + std::to_string(getpid()));
  FileSystem& files;
  RecordFile(const Bytes& record, FileSystem& disk) : files(disk) { (void)files.write(path, record); }
  ~RecordFile() { (void)files.remove(path); }
};

Bytes first_record(const Subject& subject, const LoadedModel& model) {
  const auto bytes = static_cast<std::ptrdiff_t>(model.input_bytes());
  return {subject.inputs.begin(), subject.inputs.begin() + bytes};
}

}  // namespace

Result<OnBoard> measure_on_board(const Subject& subject, const std::string& board, Target target, const Peer& peer,
                                 FileSystem& files, const Path& programs) {
  TRY(const Bytes portable, imported(subject, Target::portable, files));
  TRY(const Bytes packed, imported(subject, target, files));
  TRY(const LoadedModel model, LoadedModel::open(packed, subject.name));
  const Bytes record = first_record(subject, model);
  TRY(const BoardAnswer answer,
      run_on_board({.model = packed, .inputs = record, .model_name = subject.name, .board = board, .count = true}, files,
                   programs));
  TRY(const Bytes expected, run_tensors(portable, subject.name, record, subject.name));
  OnBoard result{.board = board, .target = std::string(target_name(target))};
  result.model_bytes = static_cast<uint32_t>(packed.size());
  result.arena_bytes = model.arena_bytes();
  result.stack_bytes = answer.counts.stack_bytes;
  result.instructions = answer.counts.instructions;
  result.open_instructions = answer.counts.open_instructions;
  result.bind_instructions = answer.counts.bind_instructions;
  result.equal = answer.outputs == expected;
  TRY(const ModelFile file, read_model(packed, subject.name));
  TRY(const Footprint taken, footprint(file, {.board = board}, files, programs));
  result.flash_bytes = taken.flash_bytes;
  if (std::filesystem::exists(taken.board.program("bench_small"))) {
    const BoardRun run{
        .model = packed, .inputs = record, .model_name = subject.name, .board = board, .program = "bench_small", .count = true};
    TRY(const BoardAnswer small, run_on_board(run, files, programs));
    TRY(const Footprint small_taken, footprint(file, {.board = board, .profile = "small"}, files, programs));
    result.small = SmallOnBoard{small.counts.instructions, small_taken.flash_bytes};
    result.equal = result.equal && small.outputs == expected;
  }
  if (!peer.count.empty()) {
    const RecordFile input(record, files);
    const std::vector<double> numbers = numbers_of({peer.count, board, subject.model.string(), input.path.string()}, 2, files);
    if (numbers.size() == 2) {
      result.peer_instructions = static_cast<uint64_t>(numbers[0]);
      result.peer_arena_bytes = static_cast<uint64_t>(numbers[1]);
    }
  }
  return result;
}

Result<OnHost> measure_on_host(const Subject& subject, const Peer& peer, FileSystem& files) {
  TRY(const Bytes packed, imported(subject, Target::x86_64, files));
  TRY(LoadedModel model, LoadedModel::open(packed, subject.name));
  const Bytes record = first_record(subject, model);
  Bytes outputs(model.output_bytes());
  const RecordFile file(record, files);
  OnHost result{.best_ns = std::numeric_limits<double>::max()};
  for (int round = 0; round < kRounds; ++round) {
    const double end = thread_seconds() + kRoundSeconds;
    for (double now = thread_seconds(); now < end;) {
      model.run(record, outputs);
      const double after = thread_seconds();
      result.best_ns = std::min(result.best_ns, 1e9 * (after - now));
      now = after;
    }
    if (peer.time.empty()) continue;
    const std::vector<double> numbers = numbers_of({peer.time, subject.model.string(), file.path.string(), "40"}, 1, files);
    if (numbers.size() == 1) result.peer_best_ns = std::min(result.peer_best_ns.value_or(numbers[0]), numbers[0]);
  }
  return result;
}

}  // namespace mote::bench
