// What a log_mel node says, for those that run it frame by frame.
#pragma once

#include "device/kernels/log_mel/log_mel.h"
#include "device/kernels/node.h"

namespace mote {

// REQUIRES a node that the verifier has accepted.
LogMel log_mel_of(const NodeView& node);

}  // namespace mote
