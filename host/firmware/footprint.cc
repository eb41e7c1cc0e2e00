// Reads sizes off the linked firmware and prints them beside the board's memories.
#include "host/firmware/footprint.h"

#include <cstdio>

#include "base/json.h"
#include "host/firmware/elf.h"

namespace mote {
namespace {

constexpr size_t kMaxProgramBytes = 64 << 20;

std::string footprint_line(const char* what, uint32_t bytes, uint32_t room, bool fits) {
  char line[128];
  std::snprintf(line, sizeof line, "  %-26s %9u of %9u  %s\n", what, bytes, room, fits ? "fits" : "does not fit");
  return line;
}

}  // namespace

Result<Footprint> footprint(const ModelFile& model, const std::string& board, FileSystem& files, const Path& program_folder) {
  Footprint footprint{.model = size_of(model), .board = {}};
  TRY(footprint.board, find_board(files, program_folder, board));
  const Path program = footprint.board.program("minimal");
  TRY(const Bytes elf, files.read(program, kMaxProgramBytes));
  TRY(auto symbols, read_symbols(elf, program.string()));
  // Those of link.ld.in, and the open model of examples/firmware-minimal/main.cc.
  for (const char* name : {"board_code_start", "board_data_image", "board_data_start", "board_data_end", "_ZL5model"})
    if (!symbols.contains(name))
      return Error{.cause = Cause::failed,
                   .what = std::string("lacks the symbol ") + name,
                   .where = program.string(),
                   .todo = "build it again: cmake --build --preset host"};
  footprint.flash_bytes = symbols["board_data_image"].address - symbols["board_code_start"].address +
                          symbols["board_data_end"].address - symbols["board_data_start"].address;
  footprint.ram_bytes = footprint.model.arena_bytes + symbols["_ZL5model"].bytes;
  return footprint;
}

std::string to_text(const Footprint& footprint) {
  const Board& board = footprint.board;
  std::string text = to_text(footprint.model) + "\n" + board.name + ": " + board.summary + "\n";
  text += footprint_line("flash for the program", footprint.flash_bytes, board.code.bytes, footprint.code_fits());
  text += footprint_line("flash for the model", footprint.model.model_bytes, board.model.bytes, footprint.model_fits());
  text += footprint_line("RAM for arena and runtime", footprint.ram_bytes, footprint.ram_room(), footprint.ram_fits());
  return text + "The model " + (footprint.fits() ? "fits" : "does not fit") + " on this board.\n";
}

Json to_json(const Footprint& footprint) {
  Json json = to_json(footprint.model);
  json["board"] = footprint.board.name;
  json["flash_bytes"] = footprint.flash_bytes;
  json["ram_bytes"] = footprint.ram_bytes;
  json["room"] = {{"flash_bytes", footprint.board.code.bytes},
                  {"model_bytes", footprint.board.model.bytes},
                  {"ram_bytes", footprint.ram_room()}};
  json["fits"] = footprint.fits();
  return json;
}

}  // namespace mote
