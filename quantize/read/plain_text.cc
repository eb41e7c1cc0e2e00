// UTF-8 (RFC 3629), checked byte by byte.
#include "quantize/read/plain_text.h"

#include <cstdint>

namespace mote {
namespace {

// The length of the character that begins at `at`, or 0 when none does.
size_t character_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0; };
  const uint32_t first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const uint32_t two = first << 8 | byte(1);
  const bool overlong = (length == 3 && two < 0xe0a0) || (length == 4 && two < 0xf090);
  const bool surrogate = two >= 0xeda0 && two <= 0xedbf;
  const bool control = two >= 0xc280 && two <= 0xc29f;
  return overlong || surrogate || control || two > 0xf48f ? 0 : length;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t length = character_at(text, at);
    result += length == 0 ? "?" : text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return result;
}

}  // namespace mote
