// A few sectors of flash in memory for tests of the journal alone; its places can be made to fail or to flicker.
#pragma once

#include <cstring>
#include <set>
#include <vector>

#include "device/port/flash.h"

namespace mote {

struct RamFlash {
  std::vector<uint8_t> memory;
  Flash port{};
  std::set<uint32_t> stuck;  // offsets where programming has no effect
  bool erases_fail = false;
  uint32_t erases = 0;

  RamFlash(uint32_t sector_bytes, uint32_t sectors, uint8_t erased, uint8_t first) : memory(sector_bytes * sectors, first) {
    port.context = this;
    port.bytes = static_cast<uint32_t>(memory.size());
    port.sector_bytes = sector_bytes;
    port.program_bytes = 1;
    port.erased = erased;
    port.mapped = memory.data();
    port.read = [](void* context, uint32_t offset, void* to, uint32_t count) {
      std::memcpy(to, static_cast<RamFlash*>(context)->memory.data() + offset, count);
    };
    port.program = [](void* context, uint32_t offset, const void* from, uint32_t count) {
      return static_cast<RamFlash*>(context)->program(offset, static_cast<const uint8_t*>(from), count);
    };
    port.erase = [](void* context, uint32_t offset) { return static_cast<RamFlash*>(context)->erase(offset); };
  }
  RamFlash(const RamFlash&) = delete;

  mote_status program(uint32_t offset, const uint8_t* from, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      if (memory[offset + i] != port.erased) return MOTE_FLASH_FAILED;
      if (stuck.count(offset + i) == 0) memory[offset + i] = from[i];
    }
    return MOTE_OK;
  }
  mote_status erase(uint32_t offset) {
    if (erases_fail) return MOTE_FLASH_FAILED;
    ++erases;
    std::memset(memory.data() + offset, port.erased, port.sector_bytes);
    return MOTE_OK;
  }
};

}  // namespace mote
