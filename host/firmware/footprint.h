// What flash and RAM a model and the runtime take on a board, and whether the board has that much.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "host/firmware/board.h"
#include "quantize/read/model_file.h"

namespace mote {

struct Footprint {
  ModelSize model;
  Board board;
  // All code of a program of the board, as it was linked: runtime and kernels, the C library, start-up and drivers. The model is
  // not in it. The program is the board's minimal firmware (examples/firmware-minimal) when that holds the operators of the
  // model; else bench, which holds all operators, and so takes more than firmware for this model would.
  std::string program;
  uint32_t flash_bytes = 0;
  uint32_t device_bytes = 0;         // of them, the runtime and the kernels
  std::vector<std::string> missing;  // operators that the minimal firmware lacks
  bool has_kernels = true;           // false for a model that is packed for another machine
  // What inference needs to have for itself: the arena and the open model. Stack comes to it: `mote profile`.
  uint32_t ram_bytes = 0;

  bool code_fits() const { return flash_bytes <= board.code.bytes; }
  bool model_fits() const { return model.model_bytes <= board.model.bytes; }
  bool ram_fits() const { return ram_bytes <= ram_room(); }
  bool fits() const { return code_fits() && model_fits() && ram_fits() && has_kernels; }
  uint32_t ram_room() const { return board.ram.bytes - board.stack_bytes; }
};

Result<Footprint> footprint(const ModelFile& model, const std::string& board, FileSystem& files, const Path& program_folder);

std::string to_text(const Footprint& footprint);
Json to_json(const Footprint& footprint);

}  // namespace mote
