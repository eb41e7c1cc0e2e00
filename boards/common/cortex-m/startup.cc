// From reset to main: vectors, memory, floating point, and a stack whose use can be measured.
#include <string.h>

#include "boards/common/board.h"
#include "boards/common/cortex-m/core.h"

extern "C" {
// Placed by link.ld.in.
extern uint32_t board_stack_low[], board_stack_high[];
extern uint32_t board_data_image[], board_data_start[], board_data_end[];
extern uint32_t board_zero_start[], board_zero_end[];

int main();
[[noreturn]] void board_reset();
[[noreturn]] void board_fault();

// libgcc's division of 64-bit integers names this for unwinding through a division by zero. Nothing here unwinds.
void __aeabi_unwind_cpp_pr0() {}
}

namespace {

constexpr uint32_t kUntouched = 0x57AC57AC;

struct Vectors {
  uint32_t* stack;
  void (*reset)();
  void (*exceptions[14])();  // 2 to 15; interrupts are masked (core.h), so that there are no others
};

[[gnu::section(".vectors"), gnu::used]] const Vectors kVectors = {
    board_stack_high,
    board_reset,
    {board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault, board_fault,
     board_fault, board_fault, board_fault, board_fault, board_fault}};

}  // namespace

void board_reset() {
  mote::cortex_m::mask_interrupts();
#ifdef __ARM_FP
  mote::cortex_m::coprocessor_access() |= mote::cortex_m::kFpuFullAccess;
  asm volatile("dsb\n\tisb" ::: "memory");
#endif
  uint32_t* here;
  asm volatile("mov %0, sp" : "=r"(here));
  for (uint32_t* word = board_stack_low; word < here - 4; ++word) *word = kUntouched;
  memcpy(board_data_start, board_data_image, static_cast<size_t>(board_data_end - board_data_start) * 4);
  memset(board_zero_start, 0, static_cast<size_t>(board_zero_end - board_zero_start) * 4);
  main();
  mote::board::reset();
}

void board_fault() {
  // The stack may be what failed: start from its top again.
  asm volatile("mov sp, %0" ::"r"(board_stack_high));
  mote::board::on_fault();
}

uint32_t mote::board::stack_used() {
  const uint32_t* word = board_stack_low;
  while (word < board_stack_high && *word == kUntouched) ++word;
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(board_stack_high) - reinterpret_cast<uintptr_t>(word));
}
