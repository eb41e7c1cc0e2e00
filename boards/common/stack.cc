// Paints the stack and finds the deepest word that is painted no longer.
#include "boards/common/stack.h"

namespace {

constexpr uint32_t kUntouched = 0x57AC57AC;

}  // namespace

void mote::board::paint_stack() {
  uint32_t* const end = reinterpret_cast<uint32_t*>(core::stack_pointer()) - 4;
  for (uint32_t* word = board_stack_low; word < end; ++word) *word = kUntouched;
}

uint32_t mote::board::stack_used() {
  const uint32_t* word = board_stack_low;
  while (word < board_stack_high && *word == kUntouched) ++word;
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(board_stack_high) - reinterpret_cast<uintptr_t>(word));
}
