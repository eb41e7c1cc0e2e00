// What flash and RAM a model and the runtime take on a board, and whether the board has that much. Known before any firmware
// for the model is linked: from the board's minimal firmware and from the device's library as firmware would have it.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/firmware/board.h"
#include "quantize/read/model_file.h"

namespace mote {

struct Footprint {
  ModelSize model;
  Board board;
  std::string profile = "fast";  // of mote_add_device

  // Flash for runtime and kernels, when firmware has the operators and forms of this model alone (`--print-opset`) and makes the
  // calls of examples/firmware-minimal, or mote_run_raw besides when the model has a front end.
  uint32_t flash_bytes = 0;
  // Flash for all of that program, without the model. Start-up, drivers and C library are those of the board's minimal firmware,
  // and what of the compiler's library only this model needs.
  uint32_t program_bytes = 0;
  bool has_kernels = true;  // false for a model that is packed for another machine
  // What inference needs to have for itself: the arena and the open model. Stack comes to it: `mote profile`.
  uint32_t ram_bytes = 0;
  uint32_t reserved_ram_bytes = 0;  // what start-up and drivers keep, and the board's stack

  uint32_t rest_bytes() const { return program_bytes - flash_bytes; }
  uint32_t ram_room() const { return board.ram.bytes - reserved_ram_bytes; }
  bool code_fits() const { return program_bytes <= board.code.bytes; }
  bool model_fits() const { return model.model_bytes <= board.model.bytes; }
  bool ram_fits() const { return ram_bytes <= ram_room(); }
  bool fits() const { return code_fits() && model_fits() && ram_fits() && has_kernels; }
};

struct FootprintOptions {
  std::string board;
  std::string profile = "fast";  // or small, which some boards have
};

Result<Footprint> footprint(const ModelFile& model, const FootprintOptions& options, FileSystem& files,
                            const Path& program_folder);

std::string to_text(const Footprint& footprint);
Json to_json(const Footprint& footprint);

}  // namespace mote
