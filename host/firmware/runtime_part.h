// What runtime and kernels take of flash in firmware of a board, before such firmware is linked.
#pragma once

#include <set>
#include <string>

#include "host/firmware/board.h"
#include "quantize/read/operator_set.h"

namespace mote {

struct RuntimeChoice {
  OperatorSet set;               // the only operators and forms that firmware has
  std::string profile = "fast";  // of mote_add_device
  bool front_end = false;        // whether firmware calls mote_run_raw, besides what examples/firmware-minimal calls
  uint32_t start = 0;            // where in memory the device's library begins
};

struct RuntimePart {
  uint32_t bytes = 0;
  bool has_kernels = true;          // false when the set is of another machine
  std::set<std::string> c_library;  // the functions of the C library and of the compiler's that it calls
};

// From the device's library with every operator, which lies beside the board's programs. On RISC-V, where the linker shortens
// calls, a few bytes may be missing. An error names the boards that have the profile when this one has not.
Result<RuntimePart> runtime_part(const Board& board, const RuntimeChoice& choice, FileSystem& files);

}  // namespace mote
