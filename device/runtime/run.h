// Executing a bound model, one call of a kernel after the other. Input and output are in their places in the arena; mote/mote.h
// copies in and out of them.
#pragma once

#include "device/model/stages.h"

namespace mote {

// Where a run stands: between two calls, in the stage that begins at `node`. Over when `node` is `end`.
struct Walk {
  uint16_t stage, node, end;
  RollProgress progress;
};

// What a mote_model is.
struct OpenModel {
  Model model;
  mote_hook hook;  // null: none
  void* context;
  Walk walk;
};
static_assert(sizeof(OpenModel) <= sizeof(mote_model), "mote.h promises the size");

void begin_front_end(OpenModel* open);  // from raw_input to input and statistics
void begin_model(OpenModel* open);      // from input to output

// Passes over the next nodes, each a stage of its own, whose outputs are in the arena already.
inline void pass_over(OpenModel* open, uint16_t nodes) {
  open->walk.stage = static_cast<uint16_t>(open->walk.stage + nodes);
  open->walk.node = static_cast<uint16_t>(open->walk.node + nodes);
}

// The next call. False after the last one, and when there is none.
bool step(OpenModel* open);

inline void run_front_end(OpenModel* open) {
  begin_front_end(open);
  while (step(open)) {
  }
}
inline void run_model(OpenModel* open) {
  begin_model(open);
  while (step(open)) {
  }
}

// Gives every state its first value.
void reset_states(const Model& model);

// Resets the states before and after. True when every self-test vector that the model carries gives its recorded output.
bool self_test(OpenModel* open);

}  // namespace mote
