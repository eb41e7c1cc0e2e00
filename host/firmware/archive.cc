// The `ar` format as GNU's tools write it: a magic, then members, each behind a header of text and at an even offset.
#include <charconv>

#include "host/firmware/object_file.h"

namespace mote {
namespace {

constexpr std::string_view kArchiveMagic = "!<arch>\n", kMemberEnd = "`\n";
constexpr size_t kMemberHeaderBytes = 60, kSizeAt = 48, kSizeDigits = 10, kEndAt = 58;

}  // namespace

Result<std::vector<ObjectFile>> read_archive(ByteView file, const std::string& where) {
  const Error broken{.cause = Cause::failed, .what = "is no whole archive of objects", .where = where, .todo = "build it again"};
  if (!text_of(file).starts_with(kArchiveMagic)) return broken;
  std::vector<ObjectFile> objects;
  for (size_t at = kArchiveMagic.size(); at < file.size();) {
    if (file.size() - at < kMemberHeaderBytes) return broken;
    const std::string_view header = text_of(file.subspan(at, kMemberHeaderBytes));
    size_t bytes = 0;
    const char* digits = header.data() + kSizeAt;
    const auto end = std::from_chars(digits, digits + kSizeDigits, bytes);
    if (end.ec != std::errc{} || header.substr(kEndAt) != kMemberEnd) return broken;
    at += kMemberHeaderBytes;
    if (bytes > file.size() - at) return broken;
    // "/" is the index of symbols, "//" holds long names, "/123" has one of them.
    const bool object = header[0] != '/' || (header[1] >= '0' && header[1] <= '9');
    if (object) {
      TRY(ObjectFile read, read_object(file.subspan(at, bytes), where));
      objects.push_back(std::move(read));
    }
    at += bytes + bytes % 2;
  }
  if (objects.empty()) return broken;
  return objects;
}

}  // namespace mote
