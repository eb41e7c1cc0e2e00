// Reading a FlatBuffer in place, with every offset checked (https://flatbuffers.dev/internals, the binary format).
//
//     FlatReader reader{bytes, count};
//     const FlatTable graph = flat_root(&reader);
//     const uint16_t input = flat_scalar<uint16_t>(graph, 2, 0);
//     const FlatVector nodes = flat_vector(graph, 1, sizeof(Node), alignof(Node));
//     if (!reader.ok) return MOTE_MALFORMED;
//
// A read that would leave the buffer gives the default or an empty vector and clears reader.ok, which stays cleared: one check
// after a group of reads is enough. Fields are numbered in the order of the schema, from 0. Little-endian machines only.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace mote {

struct FlatReader {
  const uint8_t* bytes;
  uint32_t count;
  bool ok = true;

  // `size` bytes at `at`, or null.
  const uint8_t* take(uint32_t at, uint32_t size) {
    if (at > count || size > count - at) ok = false;
    return ok ? bytes + at : nullptr;
  }
  template <typename T>
  T read(uint32_t at) {
    T value{};
    const uint8_t* from = take(at, sizeof(T));
    if (from != nullptr) memcpy(&value, from, sizeof(T));
    return value;
  }
};

struct FlatTable {
  FlatReader* reader;
  uint32_t at;
  uint32_t vtable;
  uint16_t vtable_bytes;
  uint16_t bytes;
};

// A vector of scalars or structs, or the characters of a string; elements lie one after the other from `data`.
struct FlatVector {
  const uint8_t* data = nullptr;
  uint32_t count = 0;
  uint32_t at = 0;  // of `data` in the buffer
  bool present = false;
};

inline FlatTable flat_table_at(FlatReader* reader, uint32_t at) {
  FlatTable table{reader, at, 0, 0, 0};
  const int64_t vtable = static_cast<int64_t>(at) - reader->read<int32_t>(at);
  if (vtable < 0 || vtable > UINT32_MAX) reader->ok = false;
  table.vtable = static_cast<uint32_t>(vtable);
  table.vtable_bytes = reader->read<uint16_t>(table.vtable);
  table.bytes = reader->read<uint16_t>(table.vtable + 2);
  if (table.vtable_bytes < 4 || table.vtable_bytes % 2 != 0 || table.bytes < 4) reader->ok = false;
  reader->take(table.vtable, table.vtable_bytes);
  reader->take(at, table.bytes);
  return table;
}

inline FlatTable flat_root(FlatReader* reader) { return flat_table_at(reader, reader->read<uint32_t>(0)); }

// Where field `field` lies in the buffer, or 0 when it is absent or does not lie in its table.
inline uint32_t flat_field(const FlatTable& table, uint32_t field, uint32_t size) {
  const uint32_t entry = 4 + 2 * field;
  if (!table.reader->ok || entry + 2 > table.vtable_bytes) return 0;
  const uint16_t offset = table.reader->read<uint16_t>(table.vtable + entry);
  if (offset == 0) return 0;
  if (offset < 4 || offset + size > table.bytes) table.reader->ok = false;
  return table.reader->ok ? table.at + offset : 0;
}

template <typename T>
T flat_scalar(const FlatTable& table, uint32_t field, T otherwise) {
  const uint32_t at = flat_field(table, field, sizeof(T));
  return at == 0 ? otherwise : table.reader->read<T>(at);
}

// Follows a relative offset; 0 when it leads out of the buffer.
inline uint32_t flat_follow(FlatReader* reader, uint32_t at) {
  const uint32_t offset = reader->read<uint32_t>(at);
  if (offset > reader->count - (at < reader->count ? at : reader->count)) reader->ok = false;
  return reader->ok ? at + offset : 0;
}

inline FlatVector flat_vector_at(FlatReader* reader, uint32_t at, uint32_t element_bytes, uint32_t alignment) {
  FlatVector vector;
  vector.count = reader->read<uint32_t>(at);
  vector.at = at + 4;
  if (vector.at % alignment != 0 || uint64_t{vector.count} * element_bytes > reader->count) reader->ok = false;
  vector.data = reader->ok ? reader->take(vector.at, vector.count * element_bytes) : nullptr;
  if (!reader->ok) return FlatVector{};
  vector.present = true;
  return vector;
}

inline FlatVector flat_vector(const FlatTable& table, uint32_t field, uint32_t element_bytes, uint32_t alignment) {
  const uint32_t at = flat_field(table, field, 4);
  if (at == 0) return FlatVector{};
  const uint32_t vector = flat_follow(table.reader, at);
  return table.reader->ok ? flat_vector_at(table.reader, vector, element_bytes, alignment) : FlatVector{};
}

inline FlatVector flat_string(const FlatTable& table, uint32_t field) { return flat_vector(table, field, 1, 1); }

// Element `index` of a vector of tables (itself read with element_bytes 4).
inline FlatTable flat_table_in(FlatReader* reader, const FlatVector& tables, uint32_t index) {
  return flat_table_at(reader, flat_follow(reader, tables.at + 4 * index));
}

}  // namespace mote
