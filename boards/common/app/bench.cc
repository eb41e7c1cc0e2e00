// Runs a model over input tensors, as measured.h says, and counts what opening it and a run take, and each operator in one.
#include "boards/common/app/measured.h"

namespace {

using namespace mote;
using namespace mote::measured;

Record record;
uint32_t costliest;  // the number of the input that took most ticks

// The ticks of each node lie behind the model's arena.
constexpr uint32_t kMostNodes = 255;
uint32_t* node_ticks;  // null where the model leaves no room

void find_node_ticks(uint32_t arena_bytes) {
  constexpr uint32_t kBytes = kMostNodes * sizeof *node_ticks;
  const uint32_t offset = (arena_bytes + 15) / 16 * 16;
  if (offset > board::bench_arena_bytes || kBytes > board::bench_arena_bytes - offset) return;
  node_ticks = reinterpret_cast<uint32_t*>(arena() + offset);
  memset(node_ticks, 0, kBytes);
}

// Inputs and outputs stand in the arena too, where mote_input() and mote_output() say.
void open_model(mote_model* model, uint32_t bytes) {
  const uint32_t arena_bytes = checked_arena_bytes(bytes);
  mote_status status = MOTE_OK;
  record.open = taken_by([&] { status = mote_open(model, model_bytes(), bytes, arena(), board::bench_arena_bytes); });
  if (status != MOTE_OK) refuse_model(status);
  record.bind = taken_by([&] { status = mote_bind(model, model_bytes(), bytes, arena(), board::bench_arena_bytes); });
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
    put_outputs(outputs, model);
  }
}

}  // namespace

void mote::board::on_fault() { give_up("model", "the core faulted while it ran"); }

int main() {
  board::start();
  const Arguments named = arguments();
  record.nothing = taken_by([] {});
  static mote_model model;
  open_model(&model, named.model_bytes);
  const int32_t inputs = opened_inputs(named.inputs);
  const int32_t outputs = made(named.outputs);
  run_all(&model, inputs, outputs);
  finish(outputs);
  if (semihosting::length(inputs) > 0) count_nodes(&model, inputs);
  const int32_t file = made(named.record);
  put(file, &record, sizeof record);
  put(file, node_ticks, record.operators * sizeof *node_ticks);
  finish(file);
  semihosting::exit(0);
}
