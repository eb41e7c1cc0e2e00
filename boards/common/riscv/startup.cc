// From reset to main on a RISC-V core in machine mode: a stack, and what a trap does. Interrupts stay off: mstatus has them off
// at reset and nothing turns them on.
#include "boards/common/board.h"
#include "boards/common/stack.h"
#include "boards/common/start.h"

extern "C" {
[[gnu::naked, gnu::section(".vectors"), gnu::used]] void board_reset();
[[gnu::naked, gnu::aligned(4)]] void board_fault();

[[noreturn]] void board_on_fault() { mote::board::on_fault(); }
}

void board_reset() {
  asm volatile(
      ".option push\n\t.option arch, +zicsr\n\t"
      "la sp, board_stack_high\n\t"
      "la t0, board_fault\n\t"
      "csrw mtvec, t0\n\t"
      "tail board_start_program\n\t"
      ".option pop");
}

// The stack may be what failed: start from its top again.
void board_fault() {
  asm volatile(
      "la sp, board_stack_high\n\t"
      "tail board_on_fault");
}
