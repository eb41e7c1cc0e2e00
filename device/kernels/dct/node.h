// What a dct node says, for those that run it row by row.
#pragma once

#include "device/kernels/dct/dct.h"
#include "device/kernels/node.h"

namespace mote {

// REQUIRES a node that the verifier has accepted.
Dct dct_of(const NodeView& node);

}  // namespace mote
