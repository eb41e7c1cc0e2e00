// Writing a FlatBuffer forwards into memory of the caller (https://flatbuffers.dev/internals, the binary format).
//
//     FlatWriter writer{bytes, capacity};
//     const FlatPlaces root = flat_add_root(&writer, kSizes, 3);
//     flat_put<uint32_t>(&writer, root, 1, boot);
//     flat_put_bytes(&writer, root, 2, digest, 32);
//     if (!writer.ok) return 0;  // writer.count bytes are ready otherwise
//
// Offsets in a FlatBuffer point forwards, so a table is written before what it refers to. What would pass the capacity is not
// written and clears writer.ok, which stays cleared: one check at the end is enough. Gaps are zero, so that equal content is
// equal bytes. `bytes` stands 8-byte aligned where the content is to be read in place.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace mote {

constexpr uint32_t kMaxFlatFields = 24;

struct FlatWriter {
  uint8_t* bytes;
  uint32_t capacity;
  uint32_t count = 0;
  bool ok = true;

  // `size` zero bytes at a multiple of `alignment`; 0 when there is no room.
  uint32_t reserve(uint32_t size, uint32_t alignment) {
    const uint32_t gap = (alignment - count % alignment) % alignment;
    if (!ok || gap > capacity - count || size > capacity - count - gap) {
      ok = false;
      return 0;
    }
    memset(bytes + count, 0, gap + size);
    const uint32_t at = count + gap;
    count = at + size;
    return at;
  }
  template <typename T>
  void put(uint32_t at, T value) {
    if (ok) memcpy(bytes + at, &value, sizeof(T));
  }
};

// Where a table stands and where in it each field; 0 for a field that it leaves out.
struct FlatPlaces {
  uint32_t at;
  uint16_t fields[kMaxFlatFields];
  uint32_t vtable;
};

// `sizes` in the order of the schema: 1, 2, 4 or 8 for a scalar, 4 for whatever is referred to, 0 for a field left out.
inline FlatPlaces flat_add_table(FlatWriter* writer, const uint8_t* sizes, uint32_t count) {
  FlatPlaces places{};
  if (count > kMaxFlatFields) writer->ok = false;
  if (!writer->ok) return places;
  places.vtable = writer->reserve(4 + 2 * count, 2);
  places.at = writer->reserve(4, 4);
  for (uint32_t i = 0; i < count; ++i) {
    if (sizes[i] == 0) continue;
    places.fields[i] = static_cast<uint16_t>(writer->reserve(sizes[i], sizes[i]) - places.at);
    writer->put<uint16_t>(places.vtable + 4 + 2 * i, places.fields[i]);
  }
  writer->put<uint16_t>(places.vtable, static_cast<uint16_t>(4 + 2 * count));
  writer->put<uint16_t>(places.vtable + 2, static_cast<uint16_t>(writer->count - places.at));
  writer->put<int32_t>(places.at, static_cast<int32_t>(places.at - places.vtable));
  return places;
}

// The first thing in the buffer: its root.
inline FlatPlaces flat_add_root(FlatWriter* writer, const uint8_t* sizes, uint32_t count) {
  const uint32_t root = writer->reserve(4, 4);
  const FlatPlaces places = flat_add_table(writer, sizes, count);
  writer->put<uint32_t>(root, places.at);
  return places;
}

template <typename T>
void flat_put(FlatWriter* writer, const FlatPlaces& table, uint32_t field, T value) {
  if (writer->ok) writer->put<T>(table.at + table.fields[field], value);
}

// Makes the reference at `from` lead to `to`, which stands behind it.
inline void flat_refer(FlatWriter* writer, uint32_t from, uint32_t to) { writer->put<uint32_t>(from, to - from); }

// A vector of `count` bytes.
inline void flat_put_bytes(FlatWriter* writer, const FlatPlaces& table, uint32_t field, const void* bytes, uint32_t count) {
  const uint32_t length = writer->reserve(4, 4);
  const uint32_t data = writer->reserve(count, 1);
  if (!writer->ok) return;
  writer->put<uint32_t>(length, count);
  if (count != 0) memcpy(writer->bytes + data, bytes, count);
  flat_refer(writer, table.at + table.fields[field], length);
}

// A string, with the zero that ends it in a FlatBuffer.
inline void flat_put_string(FlatWriter* writer, const FlatPlaces& table, uint32_t field, const char* text) {
  flat_put_bytes(writer, table, field, text, static_cast<uint32_t>(strlen(text)));
  writer->reserve(1, 1);
}

}  // namespace mote
