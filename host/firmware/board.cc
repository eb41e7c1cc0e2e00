// Reads board.toml beside a board's firmware and checks that its areas fit.
#include "host/firmware/board.h"

#include <sstream>

#include "base/toml.h"
#include "device/port/identity.h"

namespace mote {
namespace {

constexpr int64_t kMaxBytes = 64 << 20;

Area read_area(Toml& table, const std::string& prefix = "") {
  Area area;
  area.origin = static_cast<uint32_t>(table.required_integer(prefix + "origin", 0, UINT32_MAX));
  area.bytes = static_cast<uint32_t>(table.required_integer(prefix + "bytes", 1, kMaxBytes));
  return area;
}

void read_memories(Toml& toml, Board& board) {
  Toml code = toml.table("code"), ram = toml.table("ram"), model = toml.table("model"), bench = toml.table("bench");
  board.code = read_area(code);
  board.ram = read_area(ram);
  board.stack_bytes = static_cast<uint32_t>(ram.required_integer("stack_bytes", 1, board.ram.bytes));
  board.model = read_area(model);
  board.arena_bytes = static_cast<uint32_t>(model.required_integer("arena_bytes", 1024, kMaxBytes));
  board.bench_model = read_area(bench, "model_");
  board.bench_arena = read_area(bench, "arena_");
  board.ticks_hz = static_cast<uint32_t>(bench.required_integer("ticks_hz", 1'000'000, 1'000'000'000));
}

void read_flash(Toml flash, Board& board) {
  board.flash_bytes = static_cast<uint32_t>(flash.required_integer("bytes", 1, kMaxBytes));
  board.sector_bytes = static_cast<uint32_t>(flash.required_integer("sector_bytes", 256, 1 << 20));
  board.program_bytes = static_cast<uint32_t>(flash.required_integer("program_bytes", 1, 32));
  board.erased = static_cast<uint8_t>(flash.required_integer("erased", 0, 255));
  board.flash_origin = static_cast<uint32_t>(flash.required_integer("origin", 0, UINT32_MAX));
}

void read_offset(Toml& layout, const char* key, uint32_t bytes, const Board& board, uint32_t& offset) {
  offset = static_cast<uint32_t>(layout.required_integer(key, 0, kMaxBytes));
  if (board.sector_bytes != 0 && offset % board.sector_bytes != 0) layout.refuse(key, "is not the start of a sector");
  if (uint64_t{offset} + bytes > board.flash_bytes) layout.refuse(key, "leads out of the flash");
}

void read_layout(Toml layout, Board& board) {
  board.slot_bytes = static_cast<uint32_t>(layout.required_integer("slot_bytes", 1, kMaxBytes));
  board.journal_half_bytes =
      static_cast<uint32_t>(layout.required_integer("journal_half_bytes", kMinJournalHalfBytes, kMaxBytes / 2));
  const uint32_t half = board.journal_half_bytes;
  if (board.sector_bytes != 0 && half % board.sector_bytes != 0) layout.refuse("journal_half_bytes", "is not whole sectors");
  read_offset(layout, "identity", static_cast<uint32_t>(kMaxIdentityBytes), board, board.identity);
  read_offset(layout, "journal", 2 * half, board, board.journal);
  read_offset(layout, "slot_a", board.slot_bytes, board, board.slots[0]);
  read_offset(layout, "slot_b", board.slot_bytes, board, board.slots[1]);
  board.networked = layout.has("network");
  if (board.networked) {
    read_offset(layout, "network", board.sector_bytes, board, board.network);
    read_offset(layout, "seed", 2 * board.sector_bytes, board, board.seed);
  }
  if (board.model.origin != board.flash_origin + board.slots[0] || board.model.bytes != board.slot_bytes)
    layout.refuse("slot_a", "is not where [model] is");
}

void read_emulator(Toml emulate, Board& board) {
  board.emulator = emulate.required_text("program");
  board.machine = emulate.required_text("machine");
  board.emulated_network = emulate.text("network", "");
  std::istringstream options(emulate.text("options", ""));
  for (std::string option; options >> option;) board.options.push_back(option);
  if (emulate.has("flash_memory_bytes"))
    board.emulated_memory_bytes =
        static_cast<uint32_t>(emulate.required_integer("flash_memory_bytes", board.flash_bytes, UINT32_MAX));
}

// Networked firmware draws its random numbers from a seed in flash, which is good enough under emulation alone.
void read_network(Toml network, const Board& board) {
  network.required_integer("ethernet_origin", 0, UINT32_MAX);
  if (network.required_integer("emulation_only", 0, 1) == 1) return;
  network.refuse("emulation_only", "must be 1: " + board.name + " would draw its random numbers from a seed that can be copied");
}

// What only the build asks for: numbers all of them.
void pass_over(Toml table) {
  for (const std::string& key : table.keys()) table.required_integer(key, 0, UINT32_MAX);
}

void read_numbers(Toml table, std::map<std::string, uint32_t>& numbers) {
  for (const std::string& key : table.keys()) numbers[key] = static_cast<uint32_t>(table.required_integer(key, 0, UINT32_MAX));
}

void read_runners(Toml& toml, Board& board) {
  constexpr std::string_view kHead = "runner_";
  for (const std::string& key : toml.keys())
    if (key.starts_with(kHead)) board.runners.push_back(read_runner(key.substr(kHead.size()), toml.table(key)));
}

Error unknown_board(const std::string& name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& board : known) list += (list.empty() ? "" : ", ") + board;
  return {.cause = Cause::usage,
          .what = "there is no firmware for a board of this name",
          .where = name.empty() ? "--board" : name,
          .todo = list.empty() ? "the boards are the folders of boards/; their firmware is built by: cmake --build --preset host"
                               : "there is firmware for " + list};
}

}  // namespace

// Beside the program where it was built, in share/mote where it was installed.
Path firmware_folder(FileSystem& files, const Path& program_folder) {
  const Path installed = program_folder.parent_path() / "share" / "mote" / "firmware";
  return files.exists(installed) ? installed : program_folder / "firmware";
}

std::vector<std::string> known_boards(FileSystem& files, const Path& program_folder) {
  std::vector<std::string> names;
  const Path all = firmware_folder(files, program_folder);
  const Result<std::vector<Path>> folders = files.list(all);
  if (!folders.ok()) return names;
  for (const Path& folder : *folders)
    if (files.exists(all / folder.filename() / "board.toml")) names.push_back(folder.filename());
  return names;
}

Result<Board> find_board(FileSystem& files, const Path& program_folder, const std::string& name) {
  const Path folder = firmware_folder(files, program_folder) / name;
  const bool plain = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (!plain || !files.exists(folder / "board.toml")) return unknown_board(name, known_boards(files, program_folder));
  return read_board(files, folder, name);
}

Result<Path> find_program(FileSystem& files, const Board& board, const std::string& called) {
  const bool plain = called.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
  if (plain && files.exists(board.program(called))) return board.program(called);
  return Error{.cause = Cause::failed,
               .what = "there is no such program for " + board.name + ", or it was not built",
               .where = called,
               .todo = "mote firmware build --board " + board.name};
}

Result<Board> read_board(FileSystem& files, const Path& folder, const std::string& name) {
  TRY(Toml toml, read_toml(files, folder / "board.toml"));
  Board board;
  board.name = name;
  board.folder = folder;
  board.summary = toml.required_text("summary");
  read_memories(toml, board);
  if (toml.has("flash")) {
    read_flash(toml.table("flash"), board);
    read_layout(toml.table("layout"), board);
  }
  read_emulator(toml.table("emulate"), board);
  toml.required_text("core");
  toml.text("drivers", "");
  toml.required_integer("clock_hz", 1, UINT32_MAX);
  if (board.networked) read_network(toml.table("network"), board);
  Toml agent = toml.table("agent");
  board.agent_arena_bytes = static_cast<uint32_t>(agent.integer("arena_bytes", board.arena_bytes, 1024, kMaxBytes));
  pass_over(agent);
  board.agent_operators = split_words(toml.table("operators").text("agent", ""));
  read_numbers(toml.table("limits"), board.limits);
  read_numbers(toml.table("budget"), board.budget);
  read_runners(toml, board);
  TRY_DO(toml.finish());
  return board;
}

}  // namespace mote
