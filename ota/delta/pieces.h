// What of a .mote file belongs together: its sections, and within the weights its constants, so that two models can be laid side by side.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace mote {

struct Piece {
  uint32_t kind = 0;  // equal for pieces that may stand for one another: of the same section, or constants of the same shape and type
  size_t offset = 0;
  size_t bytes = 0;
};

// Covers every byte of the file once, in order. Bytes that are no .mote file are one piece.
std::vector<Piece> pieces_of(ByteView file);

// A stretch of the target and where its like begins in the base; what has none is literal.
struct Stretch {
  size_t bytes = 0;
  bool copies = false;
  size_t base_at = 0;
};

// The target as stretches, in order: pieces of one kind meet in turn; what is the longer of two goes on with literals.
std::vector<Stretch> align(ByteView base, ByteView target);

}  // namespace mote
