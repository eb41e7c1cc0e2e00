// bench_runtime [--peer-count PROGRAM] [--peer-time PROGRAM] [--readme FILE] --out FILE NAME=MODEL.tflite=INPUTS ...
//
// Instructions, stack and memory of each model on each emulated board, packed for it, and its time on this machine. INPUTS holds
// input tensors as they are; the first record is run. A peer's programs are measured beside it, for ratios
// (bench/runtime/measure.h). Writes JSON, and with --readme the tables between the marks in it. Fails when outputs differ from
// the portable model's.
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/json.h"
#include "bench/runtime/measure.h"
#include "bench/runtime/tables.h"

namespace mote::bench {
namespace {

struct BoardTarget {
  const char* board;
  Target target;
};
constexpr BoardTarget kBoards[] = {{"mps2-an385", Target::armv7_m},
                                   {"mps2-an386", Target::armv7e_m},
                                   {"mps2-an500", Target::armv7e_m},
                                   {"mps3-an547", Target::armv8_1_m_mve},
                                   {"qemu-riscv32", Target::rv32}};

struct Options {
  Peer peer;
  Path out, readme;
  std::vector<std::string> subjects;
};

bool parse(int count, char** words, Options* options) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool more = i + 1 < count;
    if (word == "--peer-count" && more)
      options->peer.count = words[++i];
    else if (word == "--peer-time" && more)
      options->peer.time = words[++i];
    else if (word == "--out" && more)
      options->out = words[++i];
    else if (word == "--readme" && more)
      options->readme = words[++i];
    else if (word.starts_with("--"))
      return false;
    else
      options->subjects.push_back(word);
  }
  return !options->out.empty() && !options->subjects.empty();
}

Result<Subject> subject_of(const std::string& text, FileSystem& files) {
  const size_t first = text.find('='), second = text.find('=', first + 1);
  if (first == std::string::npos || second == std::string::npos)
    return Error{.cause = Cause::usage, .what = "is not NAME=MODEL.tflite=INPUTS", .where = text, .todo = ""};
  Subject subject{.name = text.substr(0, first), .model = text.substr(first + 1, second - first - 1), .inputs = {}};
  TRY(subject.inputs, files.read(text.substr(second + 1), kMaxFileBytes));
  return subject;
}

Result<Measured> measure(const Subject& subject, const Options& options, FileSystem& files, const Path& programs) {
  Measured measured{.name = subject.name, .boards = {}, .host = {}};
  for (const BoardTarget& on : kBoards) {
    TRY(OnBoard board, measure_on_board(subject, on.board, on.target, options.peer, files, programs));
    std::fprintf(stderr, "%s %s: %llu instructions, arena %u\n", subject.name.c_str(), on.board,
                 static_cast<unsigned long long>(board.instructions), board.arena_bytes);
    if (!board.equal)
      return Error{.cause = Cause::failed, .what = "gives other outputs on " + board.board, .where = subject.name, .todo = ""};
    measured.boards.push_back(std::move(board));
  }
  TRY(measured.host, measure_on_host(subject, options.peer, files));
  return measured;
}

Result<void> run(const Options& options, const Path& programs) {
  DiskFileSystem files;
  std::vector<Measured> models;
  for (const std::string& text : options.subjects) {
    TRY(const Subject subject, subject_of(text, files));
    TRY(Measured measured, measure(subject, options, files, programs));
    models.push_back(std::move(measured));
  }
  const Json json = to_json(models);
  TRY_DO(files.write_text(options.out, json.dump(2) + "\n"));
  if (options.readme.empty()) return {};
  TRY(const std::string readme, files.read_text(options.readme));
  return files.write_text(options.readme, with_tables(readme, tables_of(json)));
}

}  // namespace
}  // namespace mote::bench

int main(int count, char** words) {
  mote::bench::Options options;
  if (!mote::bench::parse(count, words, &options)) {
    std::fprintf(stderr,
                 "usage: bench_runtime [--peer-count PROGRAM] [--peer-time PROGRAM] [--readme FILE] --out FILE "
                 "NAME=MODEL.tflite=INPUTS ...\n");
    return 2;
  }
  const mote::Path programs = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path().parent_path();
  const mote::Result<void> result = mote::bench::run(options, programs);
  if (!result.ok()) std::fprintf(stderr, "bench_runtime: %s\n", result.error().line().c_str());
  return result.ok() ? 0 : 1;
}
