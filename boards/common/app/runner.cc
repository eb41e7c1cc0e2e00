// Runs a model that comes as data over inputs that come as data: runner MODEL INPUTS OUTPUTS, through semihosting.
//
// Ends with code 0, or with code 1 and one line, "model: why" or "inputs: why", that host/firmware/run_on_board.cc passes on.
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/cortex-m/semihosting.h"
#include "mote/mote.h"

namespace {

using namespace mote;

MOTE_ALIGNED uint8_t arena[board::model_arena_bytes];
// Input and output are held apart from the arena, as mote_run asks.
constexpr uint32_t kMaxTensorBytes = board::model_arena_bytes / 4;
MOTE_ALIGNED int8_t input[kMaxTensorBytes];
MOTE_ALIGNED int8_t output[kMaxTensorBytes];

[[noreturn]] void give_up(const char* what, const char* why, const char* more = "", const char* most = "") {
  const char* const line[] = {what, ": ", why, more, most, "\n"};
  for (const char* text : line) semihosting::say(text);
  semihosting::exit(1);
}

[[noreturn]] void refuse_model(mote_status status, const char* rule = nullptr) {
  static char name[64];
  strncpy(name, mote_status_name(status), sizeof name - 16);
  if (rule != nullptr) strncat(strcat(name, " "), rule, 8);
  give_up("model", name, ", ", mote_status_text(status));
}

// The model stands where it would on a device: in the flash region, at the start of the first slot.
uint8_t* slot() { return const_cast<uint8_t*>(board::flash().mapped) + board::layout_slot_a; }

uint32_t load_model(const char* name) {
  const int32_t file = semihosting::open(name, semihosting::Mode::read);
  const int32_t bytes = file < 0 ? -1 : semihosting::length(file);
  if (bytes < 0) give_up("model", "the file cannot be read");
  if (static_cast<uint32_t>(bytes) > board::layout_slot_bytes) refuse_model(MOTE_TOO_LARGE_FOR_SLOT);
  semihosting::read(file, slot(), static_cast<uint32_t>(bytes));
  semihosting::close(file);
  return static_cast<uint32_t>(bytes);
}

void open_model(mote_model* model, uint32_t bytes) {
  const mote_status status = mote_open(model, slot(), bytes, arena, sizeof arena);
  if (status == MOTE_OK) return;
  const char* rule = nullptr;
  mote_check(slot(), bytes, nullptr, &rule);
  refuse_model(status, rule);
}

void run_all(mote_model* model, int32_t inputs, int32_t outputs) {
  const uint32_t in = mote_input_bytes(model);
  const uint32_t out = mote_output_bytes(model);
  if (in > kMaxTensorBytes || out > kMaxTensorBytes) give_up("model", "its input or output is larger than the runner can hold");
  const int32_t bytes = semihosting::length(inputs);
  if (bytes < 0 || static_cast<uint32_t>(bytes) % in != 0) give_up("inputs", "the bytes are no whole number of input tensors");
  for (uint32_t left = static_cast<uint32_t>(bytes) / in; left > 0; --left) {
    if (semihosting::read(inputs, input, in) != in) give_up("inputs", "the file ends too early");
    mote_run(model, input, output);
    if (!semihosting::write(outputs, output, out)) give_up("outputs", "the file cannot be written");
  }
}

}  // namespace

void mote::board::on_fault() { give_up("model", "the core faulted while it ran"); }

int main() {
  board::start();
  static char line[256];
  if (!semihosting::command_line(line, sizeof line)) give_up("inputs", "the names are too long");
  char* names[4] = {line, nullptr, nullptr, nullptr};
  int found = 1;
  for (char* c = line; *c != '\0'; ++c) {
    if (*c != ' ' || found == 4) continue;
    *c = '\0';
    names[found++] = c + 1;
  }
  if (found != 4) give_up("inputs", "wanted: runner MODEL INPUTS OUTPUTS");

  static mote_model model;
  open_model(&model, load_model(names[1]));
  const int32_t inputs = semihosting::open(names[2], semihosting::Mode::read);
  if (inputs < 0) give_up("inputs", "the file cannot be read");
  const int32_t outputs = semihosting::open(names[3], semihosting::Mode::write);
  if (outputs < 0) give_up("outputs", "the file cannot be made");
  run_all(&model, inputs, outputs);
  if (!semihosting::close(outputs)) give_up("outputs", "the file cannot be closed");
  semihosting::exit(0);
}
