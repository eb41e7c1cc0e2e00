// Executing a bound model. Input and output are in their places in the arena; mote/mote.h copies in and out of them.
#pragma once

#include "device/model/model.h"

namespace mote {

void run_front_end(const Model& model);  // from raw_input to input and statistics
void run_model(const Model& model);      // from input to output

// Gives every state its first value.
void reset_states(const Model& model);

// Resets the states before and after. True when every self-test vector that the model carries gives its recorded output.
bool self_test(const Model& model);

}  // namespace mote
