// The smallest firmware with a model: opens the one that stands in flash and classifies what comes over the serial line. Input and
// output stay where they stand in the arena.
//
// For every int8 input tensor that it receives it answers one line: "class 3 score 117 stack 1432".
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/stack.h"
#include "mote/mote.h"

namespace board = mote::board;

static MOTE_ALIGNED uint8_t arena[board::model_arena_bytes];
static mote_model model;

static void print(const char* text) {
  while (*text != '\0') board::serial_write(static_cast<uint8_t>(*text++));
}

static void print(const char* text, int32_t value) {
  print(text);
  print(value < 0 ? " -" : " ");
  char digits[12] = {};
  char* digit = digits + sizeof digits - 1;
  for (uint32_t left = static_cast<uint32_t>(value < 0 ? -value : value); left > 0 || digit == digits + sizeof digits - 1;
       left /= 10)
    *--digit = static_cast<char>('0' + left % 10);
  print(digit);
}

void board::on_fault() { board::reset(); }

int main() {
  board::start();
  const uint8_t* flash = reinterpret_cast<const uint8_t*>(board::model_origin);
  uint32_t bytes;
  memcpy(&bytes, flash + 8, sizeof bytes);  // the file's length, from its header (docs/spec/model-format.md)
  if (bytes > board::model_bytes) bytes = board::model_bytes;

  const mote_status status = mote_open(&model, flash, bytes, arena, sizeof arena);
  print(mote_status_name(status));
  print("\n");
  while (status != MOTE_OK) board::idle();
  const mote_tensor input = mote_input(&model, 0), output = mote_output(&model, 0);
  const int8_t* scores = static_cast<const int8_t*>(output.data);
  while (mote_input_count(&model) != 1 || output.type != MOTE_INT8) board::idle();

  for (uint32_t filled = 0;;) {
    board::feed_watchdog();
    if (!board::serial_read(static_cast<uint8_t*>(input.data) + filled)) {
      board::idle();
    } else if (++filled == input.bytes) {
      filled = 0;
      mote_run(&model, NULL, NULL);
      uint32_t best = 0;
      for (uint32_t i = 1; i < output.count; ++i)
        if (scores[i] > scores[best]) best = i;
      print("class", static_cast<int32_t>(best));
      print(" score", scores[best]);
      print(" stack", static_cast<int32_t>(board::stack_used()));
      print("\n");
    }
  }
}
