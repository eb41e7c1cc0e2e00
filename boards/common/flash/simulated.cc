// The rules of NOR flash, kept by a program.
#include "boards/common/flash/simulated.h"

#include <string.h>

namespace mote {
namespace {

constexpr uint8_t kErased = 0xFF;

const SimulatedFlash& of(void* context) { return *static_cast<const SimulatedFlash*>(context); }

bool inside(const SimulatedFlash& flash, uint32_t offset, uint32_t count) {
  return offset <= flash.bytes && count <= flash.bytes - offset;
}

bool erased(const uint8_t* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    if (bytes[i] != kErased) return false;
  return true;
}

void read(void* context, uint32_t offset, void* to, uint32_t count) {
  if (inside(of(context), offset, count)) memcpy(to, of(context).memory + offset, count);
}

mote_status program(void* context, uint32_t offset, const void* from, uint32_t count) {
  const SimulatedFlash& flash = of(context);
  if (!inside(flash, offset, count) || offset % flash.program_bytes != 0 || count % flash.program_bytes != 0)
    return MOTE_FLASH_FAILED;
  if (!erased(flash.memory + offset, count)) return MOTE_FLASH_FAILED;
  memcpy(flash.memory + offset, from, count);
  return MOTE_OK;
}

mote_status erase(void* context, uint32_t offset) {
  const SimulatedFlash& flash = of(context);
  if (!inside(flash, offset, flash.sector_bytes) || offset % flash.sector_bytes != 0) return MOTE_FLASH_FAILED;
  memset(flash.memory + offset, kErased, flash.sector_bytes);
  return MOTE_OK;
}

}  // namespace

Flash flash_of(SimulatedFlash* simulated) {
  return {
      simulated, simulated->bytes, simulated->sector_bytes, simulated->program_bytes, kErased, simulated->memory, read, program,
      erase};
}

}  // namespace mote
