// The constants and the first values of states, one after the other, each on its alignment.
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

void append_halves(Bytes& to, const std::vector<int32_t>& values) {
  for (size_t i = 0; i < values.size(); i += 2) {
    const int32_t high = i + 1 < values.size() ? values[i + 1] : 0;
    to.push_back(static_cast<uint8_t>((values[i] & 15) | (high & 15) << 4));
  }
}

void append_constant(Bytes& to, const Value& value) {
  to.resize(round_up(static_cast<uint32_t>(to.size())), 0);
  if (value.type == Type::int8)
    append_as<int8_t>(to, value.integers);
  else if (value.type == Type::int16)
    append_as<int16_t>(to, value.integers);
  else if (value.type == Type::int4)
    append_halves(to, value.integers);
  else
    append_as<int32_t>(to, value.integers);
}

bool has_bytes(const Value& value) { return value.constant || (value.state && !value.integers.empty()); }

}  // namespace

Bytes weights_section(const Graph& graph) {
  Bytes bytes;
  for (const Value& value : graph.values)
    if (has_bytes(value)) append_constant(bytes, value);
  return bytes;
}

std::vector<uint32_t> constant_offsets(const Graph& graph) {
  std::vector<uint32_t> offsets;
  uint32_t end = 0;
  for (const Value& value : graph.values) {
    offsets.push_back(has_bytes(value) ? round_up(end) : value.state ? kNoOffset : 0);
    if (!has_bytes(value)) continue;
    end = offsets.back() + static_cast<uint32_t>(bytes_of(value.type, value.integers.size()));
  }
  return offsets;
}

}  // namespace mote
