// What standardize and standardize_int16 share: their rules and their constants.
#pragma once

#include "device/kernels/node.h"
#include "device/kernels/standardize/standardize.h"

namespace mote {

// M19, M24, M26, M27, M33, for an output of that type.
const char* check_standardize_to(const NodeView& node, TensorType type);

Standardize standardize_of(const NodeView& node);

}  // namespace mote
