// The smallest firmware with a model: opens the one that stands in flash and classifies what comes over the serial line.
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
static int8_t input[4096], output[256];

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
  const uint32_t inputs = mote_input_bytes(&model), outputs = mote_output_bytes(&model);
  while (inputs > sizeof input || outputs > sizeof output) board::idle();

  for (uint32_t filled = 0;;) {
    board::feed_watchdog();
    if (!board::serial_read(reinterpret_cast<uint8_t*>(input) + filled)) {
      board::idle();
    } else if (++filled == inputs) {
      filled = 0;
      mote_run(&model, input, output);
      uint32_t best = 0;
      for (uint32_t i = 1; i < outputs; ++i)
        if (output[i] > output[best]) best = i;
      print("class", static_cast<int32_t>(best));
      print(" score", output[best]);
      print(" stack", static_cast<int32_t>(board::stack_used()));
      print("\n");
    }
  }
}
