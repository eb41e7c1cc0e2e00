// Compression for what the host keeps, over zstd (RFC 8878).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

// One frame that carries its content's size and checksum. The same bytes give the same frame.
Bytes compress(ByteView bytes);

// Refuses what is no such frame, is damaged, or would hold more than `max_bytes`; `where` names it in errors.
Result<Bytes> decompress(ByteView frame, size_t max_bytes, const std::string& where);

}  // namespace mote
