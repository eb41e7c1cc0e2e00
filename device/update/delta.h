// Making a model out of another one and a delta, from flash to flash (docs/spec/delta.md).
//
//     offset  bytes
//          0      4  magic "MOTD"
//          4      4  version, 1
//          8      4  bytes of the base
//         12      4  bytes of the target
//         16        a stream of the range coder: segments, until the target is whole
//
//     segment = is_copy, length [, is_moved [, is_back, move]], length differences or literals
#pragma once

#include "device/port/codecs.h"
#include "device/update/delta_model.h"

namespace mote {

constexpr uint32_t kDeltaHeaderBytes = 16;
constexpr uint32_t kDeltaReadBytes = 64;
constexpr uint32_t kDeltaSpareBytes = 4;  // zeros that are read behind the end of a stream

struct DeltaWindow {
  const DeltaBytes* bytes;
  uint32_t start;  // of what stands in `held`
  uint32_t count;
  uint8_t held[kDeltaReadBytes];
};

// About 1.5 KiB, all that a decoder needs.
struct DeltaDecoder {
  DeltaModel model;
  DeltaWindow delta, base;
  uint32_t at;  // in the delta
  uint32_t code, range;
  uint32_t target_bytes;
  uint32_t made;      // of the target
  uint32_t left;      // of the segment
  uint32_t base_at;   // of its next byte
  uint32_t history;
  bool copies;
  mote_status status;
};

// `delta` and `base` must outlive the decoder. MOTE_TRUNCATED, MOTE_MALFORMED, MOTE_UNSUPPORTED_VERSION; MOTE_DIGEST_MISMATCH when the
// delta is for a base or a target of another length.
mote_status delta_begin(DeltaDecoder* decoder, const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes);

// The next `count` bytes of the target. MOTE_MALFORMED when a segment reaches outside of base or target, or the delta ends too soon;
// then and from then on nothing is made.
mote_status delta_next(DeltaDecoder* decoder, uint8_t* to, uint32_t count);

}  // namespace mote
