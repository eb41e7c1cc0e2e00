// Links, in thought, the model's part of the device's library, and prints sizes beside the board's memories.
#include "host/firmware/footprint.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "host/firmware/library_link.h"
#include "host/firmware/operator_rows.h"
#include "mote/mote.h"
#include "quantize/pack/pack.h"

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
    // Its own variables are the arena and the open model, which are counted by what this model needs, and buffers that firmware
    // does without when it writes inputs where mote_input says.
    for (const char* variable : {"_ZL5arena", "_ZL5model", "_ZL5input", "_ZL6output"})
      if (const auto found = symbols.find(variable); found != symbols.end())
        ram_bytes -= std::min(ram_bytes, found->second.bytes);
  }

  uint32_t device_start = 0;
  uint32_t code_bytes = 0;
  uint32_t ram_bytes = 0;
};

// The device's library with every operator (boards/common/firmware.cmake: mote_firmware_parts).
Path library_of(const Path& folder, const std::string& profile, Rounding rounding) {
  return folder / ("libparts_" + profile + (rounding == Rounding::double_rounding ? "_double.a" : "_single.a"));
}

Error no_such_profile(const Board& board, const std::string& profile, Rounding rounding, FileSystem& files) {
  std::string having;
  for (const std::string& name : known_boards(files, board.folder.parent_path().parent_path()))
    if (files.exists(library_of(board.folder.parent_path() / name, profile, rounding)))
      having += (having.empty() ? "" : ", ") + name;
  return {.cause = Cause::usage,
          .what = "has no firmware of the profile " + profile,
          .where = board.name,
          .todo = having.empty() ? "build it: cmake --build --preset host" : "the boards that have: " + having};
}

bool has_kernels_for(const OperatorSet& set, const std::vector<ObjectFile>& library) {
  return set.target == Target::portable || set.target == machine_of(library);
}

LibraryPart part_for(const ModelFile& model, const OperatorSet& set, const std::vector<ObjectFile>& library, uint32_t start) {
  const OperatorRows rows(set);
  LibraryUse use;
  use.roots = {"mote_open", "mote_run", "mote_input_bytes", "mote_output_bytes", "mote_status_name"};
  if (model.front_nodes > 0) use.roots.emplace_back("mote_run_raw");
  use.start = start;
  use.follows = [&rows](const ObjectSection& section, const Relocation& to) { return rows.needs(section, to); };
  use.bytes_of = [&rows](const ObjectSection& section) { return rows.bytes_of(section); };
  return link_library(library, use);
}

}  // namespace

Result<Footprint> footprint(const ModelFile& model, const FootprintOptions& options, FileSystem& files,
                            const Path& program_folder) {
  Footprint footprint{.model = size_of(model), .board = {}, .profile = options.profile};
  TRY(footprint.board, find_board(files, program_folder, options.board));
  const Board& board = footprint.board;
  const OperatorSet set = operator_set_of(model);
  const Path path = library_of(board.folder, options.profile, set.rounding);
  if (!files.exists(path)) return no_such_profile(board, options.profile, set.rounding, files);
  TRY(const Bytes archive, files.read(path, kMaxProgramBytes));
  TRY(const std::vector<ObjectFile> library, read_archive(archive, path.string()));
  TRY(const Symbols minimal, symbols_of(board, "minimal", files));
  const Surroundings around(minimal);

  footprint.has_kernels = has_kernels_for(set, library);
  footprint.flash_bytes = static_cast<uint32_t>(part_for(model, set, library, around.device_start).bytes);
  footprint.program_bytes = footprint.flash_bytes + around.code_bytes;
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
