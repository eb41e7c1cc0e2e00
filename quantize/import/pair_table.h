// An operator on an activation and a single constant is one of the 256 values of the activation.
#pragma once

#include "quantize/import/tflite_node.h"

namespace mote {

// Adds the lookup that does what `pair`, an operator without its operands, does with the constant input `constant` (0 or 1).
Result<void> tabulate_pair(TfliteNode& node, const Node& pair, uint32_t constant);

}  // namespace mote
