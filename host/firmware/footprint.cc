// Reads sizes off the linked firmware and prints them beside the board's memories.
#include "host/firmware/footprint.h"

#include <cstdio>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "mote/mote.h"
#include "quantize/pack/pack.h"
#include "quantize/read/operator_set.h"

namespace mote {
namespace {

constexpr size_t kMaxProgramBytes = 64 << 20;
constexpr uint32_t kOpenModelBytes = sizeof(mote_model) / sizeof(void*) * 4;  // on a core of 32 bits

std::string footprint_line(const char* what, uint32_t bytes, uint32_t room, bool fits) {
  char line[128];
  std::snprintf(line, sizeof line, "  %-26s %9u of %9u  %s\n", what, bytes, room, fits ? "fits" : "does not fit");
  return line;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? " " : ", ") + name;
  return text;
}

// How the linker knows the function that runs an operator: mote::run_conv_2d_armv7e_m(const NodeView&).
std::string symbol_of(const std::string& function) {
  return "_ZN4mote" + std::to_string(function.size()) + function + "ERKNS_8NodeViewE";
}

std::string identifier_of(Target target) {
  std::string name(target_name(target));
  for (char& c : name)
    if (c == '-' || c == '.') c = '_';
  return name;
}

using Symbols = std::map<std::string, Symbol>;

std::vector<std::string> missing_in(const Symbols& symbols, const ModelFile& model) {
  std::vector<std::string> missing;
  for (const NeededOperator& needed : operator_set_of(model).operators) {
    const std::string name = mote_operator_name(static_cast<uint16_t>(needed.code)), run = "run_" + name;
    if (needed.portable && !symbols.contains(symbol_of(run))) missing.push_back(name);
    if (needed.packed && !symbols.contains(symbol_of(run + "_" + identifier_of(model.target))))
      missing.push_back(name + ":packed");
  }
  return missing;
}

Result<Symbols> symbols_of(const Board& board, const std::string& name, FileSystem& files) {
  const Path program = board.program(name);
  TRY(const Bytes elf, files.read(program, kMaxProgramBytes));
  TRY(auto symbols, read_symbols(elf, program.string()));
  // Those of link.ld.in.
  for (const char* wanted :
       {"board_code_start", "board_device_start", "board_device_end", "board_data_image", "board_data_start", "board_data_end"})
    if (!symbols.contains(wanted))
      return Error{.cause = Cause::failed,
                   .what = std::string("lacks the symbol ") + wanted,
                   .where = program.string(),
                   .todo = "build it again: cmake --build --preset host"};
  return symbols;
}

}  // namespace

Result<Footprint> footprint(const ModelFile& model, const std::string& board, FileSystem& files, const Path& program_folder) {
  Footprint footprint{.model = size_of(model), .board = {}};
  TRY(footprint.board, find_board(files, program_folder, board));
  footprint.program = "minimal";
  TRY(Symbols symbols, symbols_of(footprint.board, footprint.program, files));
  footprint.missing = missing_in(symbols, model);
  if (!footprint.missing.empty()) {
    footprint.program = "bench";
    TRY(symbols, symbols_of(footprint.board, footprint.program, files));
    footprint.has_kernels = missing_in(symbols, model).empty();
  }
  footprint.flash_bytes = symbols["board_data_image"].address - symbols["board_code_start"].address +
                          symbols["board_data_end"].address - symbols["board_data_start"].address;
  footprint.device_bytes = symbols["board_device_end"].address - symbols["board_device_start"].address;
  footprint.ram_bytes = footprint.model.arena_bytes + kOpenModelBytes;
  return footprint;
}

std::string to_text(const Footprint& footprint) {
  const Board& board = footprint.board;
  std::string text = to_text(footprint.model) + "\n" + board.name + ": " + board.summary + "\n";
  text += footprint_line("flash for the program", footprint.flash_bytes, board.code.bytes, footprint.code_fits());
  text += "    runtime and kernels      " + std::to_string(footprint.device_bytes) + " of them\n";
  text += footprint_line("flash for the model", footprint.model.model_bytes, board.model.bytes, footprint.model_fits());
  text += footprint_line("RAM for arena and runtime", footprint.ram_bytes, footprint.ram_room(), footprint.ram_fits());
  if (!footprint.has_kernels)
    text += "It is packed for another machine: the board has no kernels for it.\n";
  else if (!footprint.missing.empty())
    text += "This is with every operator; of the model's, the minimal firmware lacks" + listed(footprint.missing) +
            ".\nFirmware of the operators that `mote inspect --print-opset` prints takes less.\n";
  return text + "The model " + (footprint.fits() ? "fits" : "does not fit") + " on this board.\n";
}

Json to_json(const Footprint& footprint) {
  Json json = to_json(footprint.model);
  json["board"] = footprint.board.name;
  json["flash_bytes"] = footprint.flash_bytes;
  json["runtime_bytes"] = footprint.device_bytes;
  json["program"] = footprint.program;
  json["missing_operators"] = footprint.missing;
  json["ram_bytes"] = footprint.ram_bytes;
  json["room"] = {{"flash_bytes", footprint.board.code.bytes},
                  {"model_bytes", footprint.board.model.bytes},
                  {"ram_bytes", footprint.ram_room()}};
  json["fits"] = footprint.fits();
  return json;
}

}  // namespace mote
