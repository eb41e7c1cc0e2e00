// Adds what runtime and kernels take to what the board's minimal firmware has around them, and prints it beside its memories.
#include "host/firmware/footprint.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "host/firmware/library_link.h"
#include "host/firmware/runtime_part.h"
#include "mote/mote.h"

namespace mote {
namespace {

constexpr size_t kMaxProgramBytes = 64 << 20;
constexpr uint32_t kOpenModelBytes = sizeof(mote_model) / sizeof(void*) * 4;  // on a core of 32 bits

std::string footprint_line(const char* what, uint32_t bytes, uint32_t room, bool fits) {
  char line[128];
  std::snprintf(line, sizeof line, "  %-26s %9u of %9u  %s\n", what, bytes, room, fits ? "fits" : "does not fit");
  return line;
}

using Symbols = std::map<std::string, Symbol>;

Result<Symbols> symbols_of(const Board& board, const std::string& name, FileSystem& files) {
  const Path program = board.program(name);
  TRY(const Bytes elf, files.read(program, kMaxProgramBytes));
  TRY(auto symbols, read_symbols(elf, program.string()));
  // Those of link.ld.in.
  for (const char* wanted : {"board_code_start", "board_device_start", "board_device_end", "board_data_image", "board_data_start",
                             "board_data_end", "board_zero_start", "board_zero_end"})
    if (!symbols.contains(wanted))
      return Error{.cause = Cause::failed,
                   .what = std::string("lacks the symbol ") + wanted,
                   .where = program.string(),
                   .todo = "build it again: cmake --build --preset host"};
  return symbols;
}

// Start-up, drivers and the C library of the board's minimal firmware.
struct Surroundings {
  explicit Surroundings(const Symbols& symbols) {
    const auto between = [&symbols](const char* from, const char* to) {
      return symbols.at(to).address - symbols.at(from).address;
    };
    const uint32_t data = between("board_data_start", "board_data_end");
    device_start = symbols.at("board_device_start").address;
    code_bytes = between("board_code_start", "board_data_image") + data - between("board_device_start", "board_device_end");
    ram_bytes = data + between("board_zero_start", "board_zero_end");
    // Its own variables are the arena and the open model, which are counted by what this model needs.
    for (const char* variable : {"_ZL5arena", "_ZL5model"})
      if (const auto found = symbols.find(variable); found != symbols.end())
        ram_bytes -= std::min(ram_bytes, found->second.bytes);
  }

  uint32_t device_start = 0;
  uint32_t code_bytes = 0;
  uint32_t ram_bytes = 0;
};

// What of the compiler's library the board's minimal firmware does without, but this model's does not: arithmetic of 64 bits, or
// of float32 on a core without it.
Result<uint32_t> further_bytes(const RuntimePart& runtime, const Symbols& minimal, const Board& board, FileSystem& files) {
  const Path path = board.folder / "libgcc.a";
  TRY(const Bytes archive, files.read(path, kMaxProgramBytes));
  TRY(const std::vector<ObjectFile> library, read_archive(archive, path.string()));
  LibraryUse use;
  for (const ObjectFile& object : library)
    for (const ObjectSymbol& symbol : object.symbols)
      if (!symbol.local && symbol.section != 0 && minimal.contains(symbol.name)) use.roots.push_back(symbol.name);
  const uint64_t before = link_library(library, use).bytes;
  use.roots.insert(use.roots.end(), runtime.c_library.begin(), runtime.c_library.end());
  const uint64_t with = link_library(library, use).bytes;
  return static_cast<uint32_t>(with - std::min(before, with));
}

}  // namespace

Result<Footprint> footprint(const ModelFile& model, const FootprintOptions& options, FileSystem& files,
                            const Path& program_folder) {
  Footprint footprint{.model = size_of(model), .board = {}, .profile = options.profile};
  TRY(footprint.board, find_board(files, program_folder, options.board));
  const Board& board = footprint.board;
  TRY(const Symbols minimal, symbols_of(board, "minimal", files));
  const Surroundings around(minimal);

  TRY(const RuntimePart runtime, runtime_part(board,
                                              {.set = operator_set_of(model),
                                               .profile = options.profile,
                                               .front_end = model.front_nodes > 0,
                                               .start = around.device_start},
                                              files));
  footprint.has_kernels = runtime.has_kernels;
  footprint.flash_bytes = runtime.bytes;
  TRY(const uint32_t further, further_bytes(runtime, minimal, board, files));
  footprint.program_bytes = footprint.flash_bytes + around.code_bytes + further;
  footprint.ram_bytes = footprint.model.arena_bytes + kOpenModelBytes;
  footprint.reserved_ram_bytes = std::min(board.ram.bytes, board.stack_bytes + around.ram_bytes);
  return footprint;
}

std::string to_text(const Footprint& footprint) {
  const Board& board = footprint.board;
  std::string text =
      to_text(footprint.model) + "\n" + board.name + ": " + board.summary + "; profile " + footprint.profile + "\n";
  text += footprint_line("flash for the program", footprint.program_bytes, board.code.bytes, footprint.code_fits());
  text += "    runtime and kernels      " + std::to_string(footprint.flash_bytes) + " of them\n";
  text += footprint_line("flash for the model", footprint.model.model_bytes, board.model.bytes, footprint.model_fits());
  text += footprint_line("RAM for arena and runtime", footprint.ram_bytes, footprint.ram_room(), footprint.ram_fits());
  if (!footprint.has_kernels) text += "It is packed for another machine: the board has no kernels for it.\n";
  return text + "The model " + (footprint.fits() ? "fits" : "does not fit") + " on this board.\n";
}

Json to_json(const Footprint& footprint) {
  const Board& board = footprint.board;
  Json json = to_json(footprint.model);
  json["board"] = board.name;
  json["profile"] = footprint.profile;
  json["flash_bytes"] = footprint.flash_bytes;
  json["program_bytes"] = footprint.program_bytes;
  json["ram_bytes"] = footprint.ram_bytes;
  json["has_kernels"] = footprint.has_kernels;
  json["room"] = {{"program_bytes", board.code.bytes},
                  {"flash_bytes", board.code.bytes - std::min(board.code.bytes, footprint.rest_bytes())},
                  {"model_bytes", board.model.bytes},
                  {"ram_bytes", footprint.ram_room()}};
  json["fits"] = footprint.fits();
  return json;
}

}  // namespace mote
