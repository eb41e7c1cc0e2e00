// The flash of a board under emulation: simulated in the memory that [flash] names.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/flash/simulated.h"

namespace mote::board {
namespace {

SimulatedFlash memory{reinterpret_cast<uint8_t*>(flash_origin), flash_bytes, flash_sector_bytes, flash_program_bytes};
Flash port;

}  // namespace

const Flash& flash() {
  if (port.context == nullptr) port = flash_of(&memory);
  return port;
}

}  // namespace mote::board
