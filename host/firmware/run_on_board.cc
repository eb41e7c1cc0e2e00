// One model over many inputs on an emulated core: a private folder, the board's runner, its answer.
#include <stdlib.h>

#include "host/firmware/emulator.h"

namespace mote {
namespace {

constexpr size_t kMaxModelBytes = 64 << 20;
constexpr size_t kMaxTensorBytes = size_t{1} << 30;
constexpr int kNotFound = 127;  // env's exit code for a program that is not there

// A folder that only we can enter, gone with this object.
class PrivateFolder {
 public:
  static Result<PrivateFolder> make() {
    std::error_code failure;
    std::string pattern = (std::filesystem::temp_directory_path(failure) / "mote-board-XXXXXX").string();
    if (failure || ::mkdtemp(pattern.data()) == nullptr)
      return Error{.cause = Cause::failed,
                   .what = "a private folder cannot be made there",
                   .where = pattern,
                   .todo = "point TMPDIR at a folder that can be written"};
    return PrivateFolder(pattern);
  }
  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, Path())) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const Path& path() const { return path_; }

 private:
  explicit PrivateFolder(Path path) : path_(std::move(path)) {}
  Path path_;
};

Result<void> copy(FileSystem& files, const Path& from, const Path& to, size_t max_bytes) {
  TRY(const Bytes bytes, files.read(from, max_bytes));
  return files.write(to, bytes, Access::owner_only);
}

std::vector<std::string> command(const Board& board, const Path& folder) {
  return {"env",
          "--chdir=" + folder.string(),
          board.emulator,
          "-M",
          board.machine,
          "-nographic",
          "-monitor",
          "none",
          "-serial",
          "none",
          "-semihosting-config",
          "enable=on,target=native,arg=runner,arg=model,arg=inputs,arg=outputs",
          "-kernel",
          std::filesystem::absolute(board.program("runner")).string()};
}

// The runner ends with one line "model: why" or "inputs: why" (boards/common/app/runner.cc).
Error refusal(const BoardRun& run, const Board& board, const std::string& log) {
  const auto tail_of = [&log](const std::string& head) {
    const size_t at = log.rfind("\n" + head);
    const size_t from = at == std::string::npos ? (log.starts_with(head) ? head.size() : log.size()) : at + 1 + head.size();
    return log.substr(from, log.find('\n', from) - from);
  };
  if (const std::string why = tail_of("model: "); !why.empty())
    return {.cause = Cause::failed, .what = board.name + " refused it: " + why, .where = run.model.string(), .todo = ""};
  if (const std::string why = tail_of("inputs: "); !why.empty())
    return {.cause = Cause::usage, .what = why, .where = run.inputs.string(), .todo = ""};
  const std::string last = log.substr(0, log.find_last_not_of('\n') + 1);
  return {.cause = Cause::failed,
          .what = board.emulator + " ended early: " + last.substr(last.find_last_of('\n') + 1),
          .where = board.name,
          .todo = ""};
}

}  // namespace

Result<void> run_on_board(const BoardRun& run, FileSystem& files, const Path& program_folder) {
  TRY(const Board board, find_board(files, program_folder, run.board));
  TRY(const PrivateFolder folder, PrivateFolder::make());
  TRY_DO(copy(files, run.model, folder.path() / "model", kMaxModelBytes));
  TRY_DO(copy(files, run.inputs, folder.path() / "inputs", kMaxTensorBytes));

  const Path log = folder.path() / "log";
  TRY(Process process, Process::start(command(board, folder.path()), {.output = log}));
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
  TRY(const Bytes outputs, files.read(folder.path() / "outputs", kMaxTensorBytes));
  return files.write(run.outputs, outputs);
}

}  // namespace mote
