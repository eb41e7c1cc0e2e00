// What glitch_test.cc gives to the firmware of glitch.cc, little-endian, and where it lies.
#pragma once

#include <stdint.h>

namespace mote::glitch {

constexpr uint32_t kFlashAt = 0x2100'0000, kKeptAt = 0x2110'0000, kLeftAt = 0x2118'0000,
                   kAttackAt = 0x2120'0000;  // all in the PSRAM
constexpr uint32_t kAttackMagic = 0x4741'4d31;

constexpr uint32_t kSectorBytes = 2048;
constexpr uint32_t kJournalAt = 0, kHalfBytes = 4096, kSlotA = 8192, kSlotBytes = 4096, kSlotB = kSlotA + kSlotBytes;
constexpr uint32_t kFlashBytes = kSlotB + kSlotBytes;
constexpr uint32_t kArenaBytes = 8192;

constexpr uint32_t kWidest = 4;  // of how many instructions, of four bytes at most

// Bytes from the start of the attack.
struct Part {
  uint32_t offset, bytes;
};

struct Documents {
  Part root;  // a root envelope that is taken before; of no bytes: none
  Part desired, chunks, model;
};

enum class Kind : uint32_t { install, slot_changed };

struct Attack {
  uint32_t magic;
  Kind kind;
  Part places;  // of type Place
  Part identity;
  Documents first;   // genuine, installed before
  Documents wanted;  // what must not run; of slot_changed the model alone, which somebody has written over the confirmed one
};

// Instructions to replace; of no bytes: none.
struct Place {
  uint32_t address, bytes;
};

// Then proof and data, and up to three bytes to a multiple of four.
struct Chunk {
  uint8_t digest[32];
  uint32_t index, proof_bytes, data_bytes;
};

}  // namespace mote::glitch
