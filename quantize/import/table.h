// The device's lookup for an operator that is one of the 256 values of its input.
#pragma once

#include "quantize/import/tflite_node.h"

namespace mote {

// Adds it: the operator's output is `table`, from -128 on, of each element of `input`.
Result<void> look_up(TfliteNode& node, ValueId input, std::vector<int32_t> table);

}  // namespace mote
