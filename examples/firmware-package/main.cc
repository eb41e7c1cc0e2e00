// Classifies one made-up input with the model that is linked in, and says the scores.
#include "mote/mote.hpp"
#include "platform.h"

extern "C" const uint8_t model_start[], model_end[];  // model.S

static MOTE_ALIGNED uint8_t arena[ARENA_BYTES];

static void say(int32_t value) {
  char digits[12] = {};
  char* digit = digits + sizeof digits - 1;
  uint32_t left = static_cast<uint32_t>(value < 0 ? -value : value);
  do *--digit = static_cast<char>('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0) *--digit = '-';
  say(digit);
}

int main() {
  const auto bytes = static_cast<size_t>(model_end - model_start);
  static mote::Model model;
  if (const mote::Status status = model.open(model_start, bytes, arena); !status) {
    say(status.name());
    if (status == MOTE_UNKNOWN_OPERATOR) {
      say(" ");
      say(mote_missing_operator(model_start, bytes));
    }
    say("\n");
    return 1;
  }

  int32_t value = 0;  // where a real program has the features of its sensor
  for (int8_t& feature : model.input().as<int8_t>()) feature = static_cast<int8_t>(value += 37);
  model.run();
  for (const int8_t score : model.output().as<int8_t>()) {
    say(score);
    say(" ");
  }
  say("\n");
  return 0;
}
