// Grows what it unpacks by halves, so that a small file cannot ask for much memory at once.
#include "base/gunzip.h"

#include <zlib.h>

#include <algorithm>

namespace mote {
namespace {

constexpr int kGzipHeader = 16, kLargestWindow = 15;  // of inflateInit2
constexpr size_t kFirstBytes = size_t{1} << 16;

Error damaged(const std::string& where, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = "fetch it again"};
}

}  // namespace

bool is_gzip(ByteView bytes) { return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

Result<Bytes> gunzip(ByteView bytes, size_t max_bytes, const std::string& where) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipHeader + kLargestWindow) != Z_OK) return damaged(where, "cannot be unpacked");
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(std::min<size_t>(bytes.size(), UINT32_MAX));
  Bytes made(std::min(max_bytes, kFirstBytes));
  int state = Z_OK;
  while (state == Z_OK) {
    if (stream.total_out == made.size()) {
      if (made.size() == max_bytes) break;
      made.resize(std::min(max_bytes, made.size() + made.size() / 2 + 1));
    }
    stream.next_out = made.data() + stream.total_out;
    stream.avail_out = static_cast<uInt>(std::min<size_t>(made.size() - stream.total_out, UINT32_MAX));
    state = inflate(&stream, Z_NO_FLUSH);
  }
  made.resize(stream.total_out);
  inflateEnd(&stream);
  if (state == Z_OK) return damaged(where, "unpacks to more than " + std::to_string(max_bytes) + " bytes");
  if (state != Z_STREAM_END) return damaged(where, "is a damaged gzip file");
  return made;
}

}  // namespace mote
