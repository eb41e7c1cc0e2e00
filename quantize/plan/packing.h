// Packs blocks that live for a while into as little memory as possible.
#pragma once

#include <cstdint>
#include <vector>

namespace mote {

constexpr uint32_t kArenaAlignment = 16;

// Alive in moments [first, last].
struct Block {
  uint32_t first = 0, last = 0;
  uint32_t bytes = 0;  // a multiple of the alignment; 0 for what takes no place
  // The block that this one may lie over although both are alive in one moment, because its bytes are read before they are
  // written: it begins at least `lead` bytes before that one, or, where `in_place`, exactly where it does.
  int32_t below = -1;
  uint32_t lead = 0;
  bool in_place = false;
};

struct Packing {
  std::vector<uint32_t> offsets;  // per block
  uint32_t bytes = 0;
};

// Each block in its turn at the lowest place that is free (Pisarchyk and Lee 2020, "Efficient memory management for deep neural
// net inference", greedy by size), for the best of a few orders; with `effort`, that many changes of the order are tried on top.
// Overlays are those of Tavakoli and others 2020, "Diagonal memory optimisation for machine learning on micro-controllers".
Packing pack(const std::vector<Block>& blocks, uint32_t effort);

// No packing without overlays can be smaller: the most bytes that are alive in one moment.
uint32_t most_alive(const std::vector<Block>& blocks);

}  // namespace mote
