// The constants, one after the other, each on its alignment.
#include <cstring>

#include "device/model/container.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

template <typename T>
void append_as(Bytes& to, const std::vector<int32_t>& values) {
  for (const int32_t value : values) {
    const T narrow = static_cast<T>(value);
    uint8_t bytes[sizeof(T)];
    std::memcpy(bytes, &narrow, sizeof(T));
    to.insert(to.end(), bytes, bytes + sizeof(T));
  }
}

void append_constant(Bytes& to, const Value& value) {
  to.resize(round_up(static_cast<uint32_t>(to.size())), 0);
  if (value.type == Type::int8)
    append_as<int8_t>(to, value.integers);
  else if (value.type == Type::int16)
    append_as<int16_t>(to, value.integers);
  else
    append_as<int32_t>(to, value.integers);
}

}  // namespace

Bytes weights_section(const Graph& graph) {
  Bytes bytes;
  for (const Value& value : graph.values)
    if (value.constant) append_constant(bytes, value);
  return bytes;
}

std::vector<uint32_t> constant_offsets(const Graph& graph) {
  std::vector<uint32_t> offsets;
  uint32_t end = 0;
  for (const Value& value : graph.values) {
    offsets.push_back(value.constant ? round_up(end) : 0);
    if (!value.constant) continue;
    const uint32_t width = value.type == Type::int8 ? 1 : value.type == Type::int16 ? 2 : 4;
    end = offsets.back() + static_cast<uint32_t>(value.integers.size()) * width;
  }
  return offsets;
}

}  // namespace mote
