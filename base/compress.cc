// Frames of zstd.
#include "base/compress.h"

#include <zstd.h>

#include <memory>

namespace mote {
namespace {

constexpr int kLevel = 9;  // sensor windows gain little beyond it

Error broken(const std::string& where, const std::string& what) {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = "make it again"};
}

}  // namespace

Bytes compress(ByteView bytes) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  Bytes frame(ZSTD_compressBound(bytes.size()));
  // Cannot fail: the room is what zstd asks for.
  frame.resize(ZSTD_compress2(context.get(), frame.data(), frame.size(), bytes.data(), bytes.size()));
  return frame;
}

Result<Bytes> decompress(ByteView frame, size_t max_bytes, const std::string& where) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return broken(where, "is no compressed file of mote's");
  if (size > max_bytes) return broken(where, "unpacks to " + std::to_string(size) + " bytes, more than are read here");
  Bytes bytes(size);
  const size_t got = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) || got != size) return broken(where, "is damaged");
  return bytes;
}

}  // namespace mote
