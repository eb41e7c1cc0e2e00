// Byte buffers and their hexadecimal form.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

inline ByteView view_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline std::string_view text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The bytes of `count` plain values, as they lie in memory.
template <typename T>
ByteView bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()};
}

inline void append(Bytes& to, ByteView from) { to.insert(to.end(), from.begin(), from.end()); }

std::string to_hex(ByteView bytes);

// None when the text has an odd length or a character that is no hexadecimal digit. Both cases of letters are read.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace mote
