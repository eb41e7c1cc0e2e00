// What is written into a board's memories in one go, and the files in which tools that write them take it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct FlashPiece {
  std::string what;  // for people: "firmware", "identity"
  uint32_t address = 0;
  Bytes bytes;
};

// In the order of their addresses; no two overlap.
struct FlashImage {
  std::vector<FlashPiece> pieces;

  static Result<FlashImage> of(std::vector<FlashPiece> pieces);
};

// Intel HEX (Intel, Hexadecimal Object File Format Specification, revision A): records 00, 01 and 04, 32 bytes in a line.
std::string to_intel_hex(const FlashImage& image);

// UF2 (github.com/microsoft/uf2): blocks of 512 bytes with 256 of data each, of whole pages; what is between pieces in a page is
// 0xFF. `family` 0: the file names none.
Bytes to_uf2(const FlashImage& image, uint32_t family);

}  // namespace mote
