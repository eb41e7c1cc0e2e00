// The flash of the nRF51822 by its controller, NVMC (reference manual, version 3.0, chapter 6): pages of 1 KiB, words of 4 bytes.
// The core stands still while a page is erased (21 ms) or a word is programmed (46 us).
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/core.h"

namespace mote::board {
namespace {

using core::at;

constexpr uint32_t kController = 0x4001E000;
volatile uint32_t& ready() { return at(kController + 0x400); }
volatile uint32_t& mode() { return at(kController + 0x504); }
volatile uint32_t& erase_page() { return at(kController + 0x508); }
constexpr uint32_t kRead = 0, kProgram = 1, kErase = 2;

void wait() {
  while (ready() == 0) {
  }
}

// Programming and erasing are enabled for as long as the work takes, so that a stray write changes nothing.
class Enabled {
 public:
  explicit Enabled(uint32_t what) {
    mode() = what;
    wait();
  }
  ~Enabled() {
    mode() = kRead;
    wait();
  }
  Enabled(const Enabled&) = delete;
  Enabled& operator=(const Enabled&) = delete;
};

bool inside(uint32_t offset, uint32_t count) { return offset <= flash_bytes && count <= flash_bytes - offset; }

const uint8_t* mapped(uint32_t offset) { return reinterpret_cast<const uint8_t*>(uintptr_t{flash_origin} + offset); }

void read(void*, uint32_t offset, void* to, uint32_t count) {
  if (inside(offset, count)) memcpy(to, mapped(offset), count);
}

mote_status program(void*, uint32_t offset, const void* from, uint32_t count) {
  if (!inside(offset, count) || offset % flash_program_bytes != 0 || count % flash_program_bytes != 0) return MOTE_FLASH_FAILED;
  const auto* bytes = static_cast<const uint8_t*>(from);
  {
    const Enabled enabled(kProgram);
    for (uint32_t i = 0; i < count; i += flash_program_bytes) {
      uint32_t word;
      memcpy(&word, bytes + i, sizeof word);
      at(flash_origin + offset + i) = word;
      wait();
    }
  }
  return memcmp(mapped(offset), bytes, count) == 0 ? MOTE_OK : MOTE_FLASH_FAILED;
}

mote_status erase(void*, uint32_t offset) {
  if (!inside(offset, flash_sector_bytes) || offset % flash_sector_bytes != 0) return MOTE_FLASH_FAILED;
  {
    const Enabled enabled(kErase);
    erase_page() = flash_origin + offset;
    wait();
  }
  const uint8_t* page = mapped(offset);
  for (uint32_t i = 0; i < flash_sector_bytes; ++i)
    if (page[i] != flash_erased) return MOTE_FLASH_FAILED;
  return MOTE_OK;
}

constexpr Flash kPort = {nullptr, flash_bytes, flash_sector_bytes, flash_program_bytes, flash_erased, nullptr, read,
                         program, erase};

}  // namespace

const Flash& flash() {
  static Flash port;
  port = kPort;
  port.mapped = mapped(0);
  return port;
}

}  // namespace mote::board
