// A board under an emulator whose flash is a file and whose serial link is a socket.
#include "host/firmware/emulator.h"

#include <algorithm>
#include <fstream>
#include <thread>
#include <utility>

#include "device/port/identity.h"
#include "host/firmware/debug_link.h"
#include "host/firmware/emulator_options.h"

namespace mote {
namespace {

constexpr size_t kMaxSocketPath = 107;  // sun_path, less its terminating zero

Path debugger_of(const Path& link) { return link.string() + ".gdb"; }

std::vector<std::string> command(const Board& board, const EmulatedBoard::Options& options) {
  std::vector<std::string> words = {board.emulator, "-nographic", "-monitor", "none"};
  words.insert(words.end(), board.options.begin(), board.options.end());
  const auto add = [&words](const char* option, const std::string& value) { words.insert(words.end(), {option, value}); };
  const bool backed = !options.flash.empty() && board.emulated_memory_bytes != 0;
  add("-machine", board.machine + (backed ? ",memory-backend=flash" : ""));
  if (backed)
    add("-object", "memory-backend-file,id=flash,share=on,size=" + std::to_string(board.emulated_memory_bytes) +
                       ",mem-path=" + quoted(options.flash));
  if (!options.model.empty()) add("-device", put_at(board.model, options.model));
  add("-chardev",
      std::string("socket,id=link,server=on,wait=") + (options.wait ? "on" : "off") + ",path=" + quoted(options.socket));
  add("-serial", "chardev:link");
  if (options.count) add("-icount", "shift=0");
  if (options.network) add("-nic", board.emulated_network);
  if (options.blank || (!options.flash.empty() && !backed)) {
    words.push_back("-S");
    add("-chardev", "socket,id=debugger,server=on,wait=off,path=" + quoted(debugger_of(options.socket)));
    add("-gdb", "chardev:debugger");
  }
  if (!options.blank) add("-kernel", std::filesystem::absolute(board.program(options.program)).string());
  return words;
}

Error failure(const std::string& what, const Path& where, const std::string& todo = "") {
  return {.cause = Cause::failed, .what = what, .where = where.string(), .todo = todo};
}

std::string last_words(const Path& log, FileSystem& files) {
  const Result<std::string> said = log.empty() ? Result<std::string>(std::string()) : files.read_text(log);
  if (!said.ok() || said->find_last_not_of('\n') == std::string::npos) return "it said nothing";
  const std::string text = said->substr(0, said->find_last_not_of('\n') + 1);
  return text.substr(text.find_last_of('\n') + 1);
}

}  // namespace

bool EmulatedBoard::carries_flash() const { return !options_.flash.empty() && board_.emulated_memory_bytes == 0; }

Path EmulatedBoard::debugger_socket() const { return debugger_of(options_.socket); }

size_t EmulatedBoard::flash_file_bytes() const {
  return board_.emulated_memory_bytes != 0 ? board_.emulated_memory_bytes : board_.flash_bytes;
}

Result<EmulatedBoard> EmulatedBoard::prepare(const Options& options, FileSystem& files, const Path& program_folder) {
  TRY(Board board, find_board(files, program_folder, options.board));
  if (std::filesystem::absolute(debugger_of(options.socket)).string().size() > kMaxSocketPath)
    return failure("is longer than the 103 characters that the link's path may have", options.socket, "choose a shorter folder");
  if (!options.flash.empty() && board.flash_bytes == 0)
    return failure("has no flash for models: its firmware cannot be updated", board.name);
  if (options.network && board.emulated_network.empty()) return failure("has no network under its emulator", board.name);
  if (!options.flash.empty() && !files.exists(options.flash)) {
    TRY_DO(files.write(options.flash, Bytes(board.flash_bytes, board.erased), Access::owner_only));
    std::error_code error;
    if (board.emulated_memory_bytes != 0)  // a hole: on some boards it is large
      std::filesystem::resize_file(options.flash, board.emulated_memory_bytes, error);
    if (error) return failure("cannot be made as large as the board's memory", options.flash);
  }
  EmulatedBoard prepared(options, std::move(board), files);
  if (!options.flash.empty()) TRY_DO(prepared.check_flash_file());
  return prepared;
}

Result<void> EmulatedBoard::check_flash_file() const {
  std::error_code error;
  if (std::filesystem::file_size(options_.flash, error) == flash_file_bytes() && !error) return {};
  return failure("is not the flash of " + board_.name + ": it has to have " + std::to_string(flash_file_bytes()) + " bytes",
                 options_.flash, "name another file, or none");
}

Result<void> EmulatedBoard::put(uint32_t offset, ByteView bytes, uint32_t area_bytes) {
  if (running()) return failure("is in use by a running board", options_.flash, "stop the board first");
  if (bytes.size() > area_bytes) return failure("what is to be written is larger than its sector", options_.flash);
  TRY_DO(check_flash_file());
  std::string area(area_bytes, static_cast<char>(board_.erased));
  std::copy(bytes.begin(), bytes.end(), area.begin());
  std::fstream file(options_.flash, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset).write(area.data(), static_cast<std::streamsize>(area.size())).flush();
  return file.good() ? Result<void>() : failure("cannot be written", options_.flash);
}

Result<void> EmulatedBoard::provision(ByteView identity) {
  const auto room =
      static_cast<uint32_t>((kMaxIdentityBytes + board_.sector_bytes - 1) / board_.sector_bytes * board_.sector_bytes);
  return put(board_.identity, identity, room);
}

Result<void> EmulatedBoard::provision_network(ByteView network) {
  if (!board_.networked) return failure("has no place for a network's settings", board_.name);
  TRY_DO(put(board_.seed, {}, 2 * board_.sector_bytes));
  return put(board_.network, network, board_.sector_bytes);
}

Result<void> EmulatedBoard::wait_for(const Path& socket) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!std::filesystem::is_socket(socket)) {
    if (!running()) return failure("the emulator ended at once: " + last_words(options_.log, *files_), board_.emulator);
    if (std::chrono::steady_clock::now() > deadline) return failure("the emulator did not open its socket", socket);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

Result<void> EmulatedBoard::carry_in() {
  TRY(const Bytes flash, files_->read(options_.flash, board_.flash_bytes));
  TRY(DebugLink debugger, DebugLink::connect(debugger_of(options_.socket)));
  TRY_DO(debugger.write(board_.flash_origin, flash));
  return debugger.resume();
}

Result<void> EmulatedBoard::carry_out() {
  TRY(DebugLink debugger, DebugLink::connect(debugger_of(options_.socket)));
  TRY(const Bytes flash, debugger.read(board_.flash_origin, board_.flash_bytes));
  return files_->write(options_.flash, flash, Access::owner_only);
}

Result<void> EmulatedBoard::start() {
  if (running()) return {};
  TRY_DO(std::exchange(carried_, {}));
  for (const Path& socket : {options_.socket, debugger_of(options_.socket)})
    TRY_DO(files_->remove(socket));  // of an earlier process: the emulator would not replace it
  TRY(process_, Process::start(command(board_, options_), {.output = options_.log}));
  TRY_DO(wait_for(options_.socket));
  if (!options_.blank && !carries_flash()) return {};
  TRY_DO(wait_for(debugger_socket()));
  return options_.blank ? Result<void>() : carry_in();
}

void EmulatedBoard::stop() {
  if (carries_flash() && running()) carried_ = carry_out();
  process_.kill();
}

Result<void> EmulatedBoard::restart() {
  stop();
  return start();
}

}  // namespace mote
