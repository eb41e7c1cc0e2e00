// One model over many inputs on an emulated board: its outputs, and what they took.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "host/firmware/board.h"

namespace mote {

struct BoardRun {
  ByteView model;                                            // .mote
  ByteView inputs;                                           // input tensors, one after the other
  std::string model_name = "model", inputs_name = "inputs";  // for errors
  std::string board = "mps2-an386";
  std::string program = "bench";  // or bench_small
  bool count = false;             // instructions, which takes the emulator longer
  std::chrono::milliseconds patience = std::chrono::minutes(10);
};

// Instructions are those that the core carried out, exactly, between a call and its return; 0 when they were not counted.
// Stack is what a call took below its caller.
struct BoardCounts {
  uint64_t instructions = 0;       // of one mote_run, on the input that took most
  uint64_t open_instructions = 0;  // of mote_open
  uint64_t bind_instructions = 0;  // of mote_bind
  uint32_t stack_bytes = 0, open_stack_bytes = 0, bind_stack_bytes = 0;
  // Of each node's kernel, in a run of that input with a hook; 0 for the front end, which mote_run does not run. Empty where the
  // model left the board no room to count them.
  std::vector<uint64_t> nodes;
};

struct BoardAnswer {
  Bytes outputs;  // as many output tensors as there were inputs
  BoardCounts counts;
};

// Runs the board's program under its emulator; model and inputs reach it as data. Errors say whether the firmware or the
// emulator is missing, the model is too large for the board, the inputs are no whole number of tensors, the board refused the
// model (with the device's own status) or did not finish in time.
Result<BoardAnswer> run_on_board(const BoardRun& run, FileSystem& files, const Path& program_folder);

}  // namespace mote
