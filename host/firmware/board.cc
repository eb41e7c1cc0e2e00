// Reads board.toml beside a board's firmware and checks that its areas fit.
#include "host/firmware/board.h"

#include "base/toml.h"

namespace mote {
namespace {

constexpr int64_t kMaxBytes = 64 << 20;

void read_flash(Toml flash, Board& board) {
  board.flash_bytes = static_cast<uint32_t>(flash.required_integer("bytes", 1, kMaxBytes));
  board.sector_bytes = static_cast<uint32_t>(flash.required_integer("sector_bytes", 256, 1 << 20));
  board.program_bytes = static_cast<uint32_t>(flash.required_integer("program_bytes", 1, 32));
  board.erased = static_cast<uint8_t>(flash.required_integer("erased", 0, 255));
  flash.required_integer("origin", 0, UINT32_MAX);
}

void read_area(Toml& layout, const char* key, uint32_t bytes, const Board& board, uint32_t& offset) {
  offset = static_cast<uint32_t>(layout.required_integer(key, 0, kMaxBytes));
  if (offset % board.sector_bytes != 0) layout.refuse(key, "is not the start of a sector");
  if (uint64_t{offset} + bytes > board.flash_bytes) layout.refuse(key, "leads out of the flash");
}

void read_layout(Toml layout, Board& board) {
  board.slot_bytes = static_cast<uint32_t>(layout.required_integer("slot_bytes", 1, kMaxBytes));
  read_area(layout, "identity", board.sector_bytes, board, board.identity);
  read_area(layout, "journal", 2 * board.sector_bytes, board, board.journal);
  read_area(layout, "slot_a", board.slot_bytes, board, board.slots[0]);
  read_area(layout, "slot_b", board.slot_bytes, board, board.slots[1]);
}

// What only the build asks for: numbers all of them.
void pass_over(Toml table) {
  for (const std::string& key : table.keys()) table.required_integer(key, 0, UINT32_MAX);
}

}  // namespace

Result<Board> find_board(FileSystem& files, const Path& program_folder, const std::string& name) {
  const Path folder = program_folder / "firmware" / name;
  const bool plain = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (!plain || !files.exists(folder / "board.toml"))
    return Error{.cause = Cause::usage,
                 .what = "there is no firmware for a board of this name",
                 .where = name.empty() ? "--board" : name,
                 .todo = "the boards are the folders of boards/; their firmware is built by: cmake --build --preset host"};
  TRY(Toml toml, read_toml(files, folder / "board.toml"));
  Board board;
  board.name = name;
  board.folder = folder;
  board.summary = toml.required_text("summary");
  read_flash(toml.table("flash"), board);
  read_layout(toml.table("layout"), board);
  board.arena_bytes = static_cast<uint32_t>(toml.table("model").required_integer("arena_bytes", 1024, kMaxBytes));
  Toml emulate = toml.table("emulate");
  board.emulator = emulate.required_text("program");
  board.machine = emulate.required_text("machine");
  board.emulated_memory_bytes = static_cast<uint32_t>(emulate.required_integer("flash_memory_bytes", board.flash_bytes, 1 << 30));
  toml.required_text("core");
  toml.required_integer("clock_hz", 1, UINT32_MAX);
  for (const char* table : {"code", "ram", "agent", "budget"}) pass_over(toml.table(table));
  TRY_DO(toml.finish());
  return board;
}

}  // namespace mote
