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

// As RECORD begins; host/firmware/bench.cc reads it. One uint32_t for each node follows, as `operators` says how many: the ticks
// of its kernel in all calls of one more run, on the input that took most.
struct Record {
  Taken nothing;  // what counting itself adds to `ticks`
  Taken open;     // mote_open
  Taken bind;     // mote_bind
  Taken run;      // mote_run, on the input that took most ticks
  uint32_t operators;
};
Record record;
uint32_t costliest;  // the number of that input

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

// The ticks of each node lie behind the model's arena.
constexpr uint32_t kMostNodes = 255;
uint32_t* node_ticks;  // null where the model leaves no room

void find_node_ticks(uint32_t arena_bytes) {
  constexpr uint32_t kBytes = kMostNodes * sizeof *node_ticks;
  const uint32_t offset = (arena_bytes + 15) / 16 * 16;
  if (offset > board::bench_arena_bytes || kBytes > board::bench_arena_bytes - offset) return;
  node_ticks = reinterpret_cast<uint32_t*>(uintptr_t{board::bench_arena_origin} + offset);
  memset(node_ticks, 0, kBytes);
}

// Inputs and outputs stand in the arena too, where mote_input() and mote_output() say.
void open_model(mote_model* model, uint32_t bytes) {
  const char* rule = nullptr;
  uint32_t arena_bytes = 0;
  mote_status status = mote_check(model_bytes(), bytes, &arena_bytes, &rule);
  if (status != MOTE_OK) refuse_model(status, rule);
  void* const arena = reinterpret_cast<void*>(uintptr_t{board::bench_arena_origin});
  record.open = taken_by([&] { status = mote_open(model, model_bytes(), bytes, arena, board::bench_arena_bytes); });
  if (status != MOTE_OK) refuse_model(status);
  record.bind = taken_by([&] { status = mote_bind(model, model_bytes(), bytes, arena, board::bench_arena_bytes); });
  if (status != MOTE_OK) refuse_model(status);
  find_node_ticks(arena_bytes);
}

void read_inputs(mote_model* model, int32_t inputs) {
  for (uint32_t i = 0; i < mote_input_count(model); ++i) {
    const mote_tensor input = mote_input(model, i);
    if (semihosting::read(inputs, input.data, input.bytes) != input.bytes) give_up("inputs", "the file ends too early");
  }
}

// Counts from the end of the hook's first half to the beginning of its second.
struct Stopwatch {
  uint32_t began;
  uint32_t nothing;  // what it finds between two calls that follow at once
};

void count_call(void* context, mote_moment moment, const mote_call* call) {
  const uint32_t now = board::ticks();
  Stopwatch* watch = static_cast<Stopwatch*>(context);
  if (moment == MOTE_CALL_ENDS) {
    node_ticks[call->node] += now - watch->began - watch->nothing;
    if (call->node >= record.operators) record.operators = call->node + 1u;
  }
  watch->began = board::ticks();
}

// One run more, of the input that took most.
void count_nodes(mote_model* model, int32_t inputs) {
  if (node_ticks == nullptr || !semihosting::seek(inputs, costliest * mote_input_bytes(model))) return;
  read_inputs(model, inputs);
  Stopwatch watch{};
  const mote_hook volatile hook = count_call;  // called as the runtime does, through a pointer
  const mote_call call{};
  hook(&watch, MOTE_CALL_BEGINS, &call);
  hook(&watch, MOTE_CALL_ENDS, &call);
  watch.nothing = node_ticks[0];
  node_ticks[0] = record.operators = 0;
  mote_set_hook(model, count_call, &watch);
  mote_run(model, nullptr, nullptr);
  mote_set_hook(model, nullptr, nullptr);
}

void run_all(mote_model* model, int32_t inputs, int32_t outputs) {
  const uint32_t in = mote_input_bytes(model);
  const int32_t bytes = semihosting::length(inputs);
  if (bytes < 0 || static_cast<uint32_t>(bytes) % in != 0) give_up("inputs", "the bytes are no whole number of input tensors");
  for (uint32_t number = 0; number < static_cast<uint32_t>(bytes) / in; ++number) {
    read_inputs(model, inputs);
    const Taken run = taken_by([&] { mote_run(model, nullptr, nullptr); });
    if (run.ticks >= record.run.ticks) record.run = run, costliest = number;
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
  if (semihosting::length(inputs) > 0) count_nodes(&model, inputs);
  const int32_t file = made(words[4]);
  if (!semihosting::write(file, &record, sizeof record) ||
      !semihosting::write(file, node_ticks, record.operators * sizeof *node_ticks))
    give_up("outputs", "the file cannot be written");
  finish(file);
  semihosting::exit(0);
}
