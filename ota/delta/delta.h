// Small updates: what has to be sent so that a device which has one model gets another (docs/spec/delta.md).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

// A delta from `base` to `target`, any bytes; .mote files are aligned tensor by tensor, so that weights meet their like. It comes back
// through the device's own decoder before it is given out.
Result<Bytes> make_delta(ByteView base, ByteView target);

// The target; Cause::untrusted when the delta is damaged or for another base.
Result<Bytes> apply_delta(ByteView base, ByteView delta, size_t target_bytes);

}  // namespace mote
