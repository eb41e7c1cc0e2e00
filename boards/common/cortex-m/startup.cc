// From reset to main on a Cortex-M: vectors, floating point and vector instructions, and what a fault does.
#include "boards/common/board.h"
#include "boards/common/core.h"
#include "boards/common/stack.h"
#include "boards/common/start.h"

extern "C" {
[[noreturn]] void board_reset();
[[noreturn]] void board_fault();
[[noreturn]] void board_after_fault();

// libgcc's division of 64-bit integers names this for unwinding through a division by zero. Nothing here unwinds.
void __aeabi_unwind_cpp_pr0() {}
}

namespace {

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
  mote::core::mask_interrupts();
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  mote::core::coprocessor_access() |= mote::core::kFpuFullAccess;
  asm volatile("dsb\n\tisb" ::: "memory");
#endif
  board_start_program();
}

// The stack may be what failed: start from its top again, before anything is put onto it.
[[gnu::naked]] void board_fault() {
  asm volatile(
      "ldr r0, =board_stack_high\n\t"
      "mov sp, r0\n\t"
      "ldr r0, =board_after_fault\n\t"
      "bx r0");
}

void board_after_fault() { mote::board::on_fault(); }
