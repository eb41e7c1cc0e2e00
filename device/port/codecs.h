// What a device with memory to spare may give: decoders for codecs of deltas beside the one that every device has
// (docs/spec/delta.md). A microcontroller gives none.
#pragma once

#include <stdint.h>

#include "mote/mote.h"

namespace mote {

enum class DeltaCodec : uint8_t { subtract = 1, zstd = 2 };  // as image.fbs numbers them

constexpr uint32_t mask_of(DeltaCodec codec) { return 1u << static_cast<uint8_t>(codec); }

// Bytes that are read in place: of the flash, or of a file.
struct DeltaBytes {
  void* context;
  void (*read)(void* context, uint32_t offset, void* to, uint32_t count);
  uint32_t count;
};

// Decodes one delta at a time. None of base, delta and target is longer than a slot, and whatever the delta says, a decoder holds
// not much more than these.
struct DeltaCodecs {
  void* context;
  uint32_t mask;  // bit n: decodes codec n

  // `delta` and `base` stay where they are until `end`. MOTE_OK, or why the delta does not make `target_bytes` out of this base.
  mote_status (*begin)(void* context, const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes, DeltaCodec codec);

  // The next `count` bytes of the target. MOTE_MALFORMED when the delta does not hold them, or does not end with the last of
  // them.
  mote_status (*next)(void* context, uint8_t* to, uint32_t count);

  void (*end)(void* context);  // after every `begin`
};

}  // namespace mote
