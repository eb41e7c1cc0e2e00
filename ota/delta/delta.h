// Small updates: what has to be sent so that a device which has one model gets another (docs/spec/delta.md).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "device/port/codecs.h"

namespace mote {

// A delta from `base` to `target`, any bytes; .mote files are aligned tensor by tensor, so that weights meet their like. It comes
// back through a device's own decoder before it is given out.
Result<Bytes> make_delta(ByteView base, ByteView target, DeltaCodec codec = DeltaCodec::subtract);

// The target; Cause::untrusted when the delta is damaged or for another base.
Result<Bytes> apply_delta(ByteView base, ByteView delta, size_t target_bytes, DeltaCodec codec = DeltaCodec::subtract);

const char* name_of(DeltaCodec codec);  // "zstd"
Result<DeltaCodec> codec_named(const std::string& name);

}  // namespace mote
