// Sets up the memory of a program and runs it.
#include "boards/common/start.h"

#include <string.h>

#include "boards/common/board.h"
#include "boards/common/stack.h"

extern "C" {
// Placed by link.ld.in.
extern uint32_t board_data_image[], board_data_start[], board_data_end[];
extern uint32_t board_zero_start[], board_zero_end[];

int main();
}

void board_start_program() {
  mote::board::paint_stack();
  memcpy(board_data_start, board_data_image, static_cast<size_t>(board_data_end - board_data_start) * 4);
  memset(board_zero_start, 0, static_cast<size_t>(board_zero_end - board_zero_start) * 4);
  main();
  mote::board::reset();
}
