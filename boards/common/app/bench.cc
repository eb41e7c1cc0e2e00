// Runs a model that comes as data over inputs that come as data, and counts what it takes: bench BYTES INPUTS OUTPUTS RECORD.
//
// The model, of BYTES bytes, was put at [bench] model_origin before the start; the files are read and written by semihosting.
// Ends with code 0, or with code 1 and one line, "model: why" or "inputs: why", that host/firmware/bench.cc passes on.
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/semihosting.h"
#include "boards/common/stack.h"
#include "mote/mote.h"

namespace {

using namespace mote;

// What one piece of work took: ticks of the board's counter, and stack below that of its caller.
struct Taken {
  uint32_t ticks;
  uint32_t stack_bytes;
};

// As RECORD begins; host/firmware/bench.cc reads it. One uint32_t for each node follows: the ticks of its operator in the run
// that took most, as `operators` says how many.
struct Record {
  Taken nothing;  // what counting itself adds to `ticks`
  Taken open;     // mote_open
  Taken run;      // mote_run, on the input that took most ticks
  uint32_t operators;
};
Record record;

template <typename Work>
Taken taken_by(const Work& work) {
  board::paint_stack();
  const uint32_t depth = board::stack_in_use();
  const uint32_t before = board::ticks();
  work();
  const uint32_t after = board::ticks();
  const uint32_t used = board::stack_used();
  return {after - before, used > depth ? used - depth : 0};
}

[[noreturn]] void give_up(const char* what, const char* why, const char* more = "", const char* most = "") {
  const char* const line[] = {what, ": ", why, more, most, "\n"};
  for (const char* text : line) semihosting::say(text);
  semihosting::exit(1);
}

[[noreturn]] void refuse_model(mote_status status, const char* rule = nullptr) {
  static char name[40];
  strncpy(name, mote_status_name(status), sizeof name - 16);
  if (rule != nullptr) strncat(strcat(name, " "), rule, 8);
  give_up("model", name, ", ", mote_status_text(status));
}

const uint8_t* model_bytes() { return reinterpret_cast<const uint8_t*>(board::bench_model_origin); }

// Inputs and outputs stand in the arena too, where mote_input() and mote_output() say.
void open_model(mote_model* model, uint32_t bytes) {
  const char* rule = nullptr;
  mote_status status = mote_check(model_bytes(), bytes, nullptr, &rule);
  if (status != MOTE_OK) refuse_model(status, rule);
  void* const arena = reinterpret_cast<void*>(uintptr_t{board::bench_arena_origin});
  record.open = taken_by([&] { status = mote_open(model, model_bytes(), bytes, arena, board::bench_arena_bytes); });
  if (status != MOTE_OK) refuse_model(status);
}

void run_all(mote_model* model, int32_t inputs, int32_t outputs) {
  const uint32_t in = mote_input_bytes(model);
  const int32_t bytes = semihosting::length(inputs);
  if (bytes < 0 || static_cast<uint32_t>(bytes) % in != 0) give_up("inputs", "the bytes are no whole number of input tensors");
  for (uint32_t left = static_cast<uint32_t>(bytes) / in; left > 0; --left) {
    for (uint32_t i = 0; i < mote_input_count(model); ++i) {
      const mote_tensor input = mote_input(model, i);
      if (semihosting::read(inputs, input.data, input.bytes) != input.bytes) give_up("inputs", "the file ends too early");
    }
    const Taken run = taken_by([&] { mote_run(model, nullptr, nullptr); });
    if (run.ticks >= record.run.ticks) record.run = run;
    for (uint32_t i = 0; i < mote_output_count(model); ++i) {
      const mote_tensor output = mote_output(model, i);
      if (!semihosting::write(outputs, output.data, output.bytes)) give_up("outputs", "the file cannot be written");
    }
  }
}

int32_t made(const char* name) {
  const int32_t file = semihosting::open(name, semihosting::Mode::write);
  if (file < 0) give_up("outputs", "the file cannot be made");
  return file;
}

void finish(int32_t file) {
  if (!semihosting::close(file)) give_up("outputs", "the file cannot be closed");
}

uint32_t number(const char* digits) {
  uint32_t value = 0;
  for (; *digits >= '0' && *digits <= '9'; ++digits) value = value * 10 + static_cast<uint32_t>(*digits - '0');
  return value;
}

}  // namespace

void mote::board::on_fault() { give_up("model", "the core faulted while it ran"); }

int main() {
  board::start();
  static char line[64];
  if (!semihosting::command_line(line, sizeof line)) give_up("inputs", "the names are too long");
  char* words[5] = {line, nullptr, nullptr, nullptr, nullptr};
  int found = 1;
  for (char* c = line; *c != '\0'; ++c) {
    if (*c != ' ' || found == 5) continue;
    *c = '\0';
    words[found++] = c + 1;
  }
  if (found != 5) give_up("inputs", "wanted: bench BYTES INPUTS OUTPUTS RECORD");

  record.nothing = taken_by([] {});
  static mote_model model;
  open_model(&model, number(words[1]));
  const int32_t inputs = semihosting::open(words[2], semihosting::Mode::read);
  if (inputs < 0) give_up("inputs", "the file cannot be read");
  const int32_t outputs = made(words[3]);
  run_all(&model, inputs, outputs);
  finish(outputs);
  const int32_t file = made(words[4]);
  if (!semihosting::write(file, &record, sizeof record)) give_up("outputs", "the file cannot be written");
  finish(file);
  semihosting::exit(0);
}
