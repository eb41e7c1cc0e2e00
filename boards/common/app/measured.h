// What programs share that run a model which comes as data, over inputs that come as data, and count what it takes:
// PROGRAM BYTES INPUTS OUTPUTS RECORD.
//
// The model, of BYTES bytes, was put at [bench] model_origin before the start; the files are read and written by semihosting.
// They end with code 0, or with code 1 and one line, "model: why" or "inputs: why", that host/firmware/bench.cc passes on.
#pragma once

#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/semihosting.h"
#include "boards/common/stack.h"
#include "mote/mote.h"

namespace mote::measured {

// Functions are static, so that a program that calls one once holds no copy of it besides.

// What one piece of work took: ticks of the board's counter, and stack below that of its caller.
struct Taken {
  uint32_t ticks;
  uint32_t stack_bytes;
};

// As RECORD begins; host/firmware/bench.cc reads it. One uint32_t for each node follows, as `operators` says how many: the ticks
// of its kernel in all calls of one more run, on the input that took most.
struct Record {
  Taken nothing;  // what counting itself adds to `ticks`
  Taken open;     // mote_open
  Taken bind;     // mote_bind
  Taken run;      // mote_run, on the input that took most ticks
  uint32_t operators;
};

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

[[noreturn]] static inline void give_up(const char* what, const char* why, const char* more = "", const char* most = "") {
  const char* const line[] = {what, ": ", why, more, most, "\n"};
  for (const char* text : line) semihosting::say(text);
  semihosting::exit(1);
}

[[noreturn]] static inline void refuse_model(mote_status status, const char* rule = nullptr) {
  static char name[40];
  strncpy(name, mote_status_name(status), sizeof name - 16);
  if (rule != nullptr) strncat(strcat(name, " "), rule, 8);
  give_up("model", name, ", ", mote_status_text(status));
}

static inline const uint8_t* model_bytes() { return reinterpret_cast<const uint8_t*>(board::bench_model_origin); }

static inline uint8_t* arena() { return reinterpret_cast<uint8_t*>(uintptr_t{board::bench_arena_origin}); }

// The bytes of an arena for the model, which has been checked.
static inline uint32_t checked_arena_bytes(uint32_t bytes) {
  const char* rule = nullptr;
  uint32_t arena_bytes = 0;
  const mote_status status = mote_check(model_bytes(), bytes, &arena_bytes, &rule);
  if (status != MOTE_OK) refuse_model(status, rule);
  return arena_bytes;
}

static inline int32_t made(const char* name) {
  const int32_t file = semihosting::open(name, semihosting::Mode::write);
  if (file < 0) give_up("outputs", "the file cannot be made");
  return file;
}

static inline void finish(int32_t file) {
  if (!semihosting::close(file)) give_up("outputs", "the file cannot be closed");
}

static inline void put(int32_t file, const void* from, uint32_t bytes) {
  if (!semihosting::write(file, from, bytes)) give_up("outputs", "the file cannot be written");
}

// What a run has left in the model's outputs.
static inline void put_outputs(int32_t file, const mote_model* model) {
  for (uint32_t i = 0; i < mote_output_count(model); ++i) {
    const mote_tensor output = mote_output(model, i);
    put(file, output.data, output.bytes);
  }
}

static inline uint32_t number(const char* digits) {
  uint32_t value = 0;
  for (; *digits >= '0' && *digits <= '9'; ++digits) value = value * 10 + static_cast<uint32_t>(*digits - '0');
  return value;
}

struct Arguments {
  uint32_t model_bytes;
  const char* inputs;
  const char* outputs;
  const char* record;
};

static inline Arguments arguments() {
  static char line[64];
  if (!semihosting::command_line(line, sizeof line)) give_up("inputs", "the names are too long");
  char* words[5] = {line, nullptr, nullptr, nullptr, nullptr};
  int found = 1;
  for (char* c = line; *c != '\0'; ++c) {
    if (*c != ' ' || found == 5) continue;
    *c = '\0';
    words[found++] = c + 1;
  }
  if (found != 5) give_up("inputs", "wanted: BYTES INPUTS OUTPUTS RECORD");
  return {number(words[1]), words[2], words[3], words[4]};
}

static inline int32_t opened_inputs(const char* name) {
  const int32_t inputs = semihosting::open(name, semihosting::Mode::read);
  if (inputs < 0) give_up("inputs", "the file cannot be read");
  return inputs;
}

}  // namespace mote::measured
