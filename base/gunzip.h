// gzip files (RFC 1952), over zlib.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

bool is_gzip(ByteView bytes);

// The first member's content. Refuses what is damaged, or would hold more than `max_bytes`; `where` names it in errors.
Result<Bytes> gunzip(ByteView bytes, size_t max_bytes, const std::string& where);

}  // namespace mote
