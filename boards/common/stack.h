// How deep the stack has been: start-up paints it, and what is no longer painted was used.
#pragma once

#include <stdint.h>

#include "boards/common/core.h"

extern "C" uint32_t board_stack_low[], board_stack_high[];  // placed by link.ld.in

namespace mote::board {

void paint_stack();  // below the caller

uint32_t stack_used();  // at the deepest since it was painted, in bytes

inline uint32_t stack_in_use() {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(board_stack_high) - core::stack_pointer());
}

}  // namespace mote::board
