// The coder's half of a delta's stream.
#pragma once

#include "base/bytes.h"
#include "device/update/delta.h"
#include "ota/delta/pieces.h"

namespace mote {

// `stretches` cover the target and stay inside the base.
Bytes encode_delta(ByteView base, ByteView target, const std::vector<Stretch>& stretches);

}  // namespace mote
