// What must hold for any bytes that arrive on the link, for the fuzzer and for the tests.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "device/link/link.h"

namespace mote {

// Reads `bytes` with a buffer of `capacity`, then one good frame, which must come out whole whatever came before (L5).
// Aborts when it does not, or when a frame reaches outside the reader's buffer. Returns the good frames among `bytes`.
inline size_t read_any_bytes(const uint8_t* bytes, size_t count, size_t capacity) {
  std::vector<uint8_t> buffer(capacity);
  FrameReader reader;
  frame_reader_init(&reader, buffer.data(), buffer.size());
  Frame frame;
  size_t good = 0;
  uint32_t ends = 0;
  for (size_t i = 0; i < count; ++i) {
    if (bytes[i] == 0) ++ends;
    if (!frame_reader_take(&reader, bytes[i], &frame)) continue;
    ++good;
    if (frame.payload < buffer.data() || frame.payload + frame.count > buffer.data() + buffer.size()) std::abort();
    std::vector<uint8_t> again(frame_bytes_at_most(frame.count));
    if (frame_encode(frame.type, frame.sequence, frame.payload, frame.count, again.data()) > again.size()) std::abort();
  }
  if (good + reader.dropped > ends) std::abort();

  const uint8_t payload[] = {0, 1, 0, 2};
  uint8_t last[frame_bytes_at_most(sizeof payload)];
  const size_t written = frame_encode(FrameType::message, 9, payload, sizeof payload, last);
  frame_reader_take(&reader, 0, &frame);
  bool whole = false;
  for (size_t i = 0; i < written; ++i) whole = frame_reader_take(&reader, last[i], &frame);
  if (!whole || frame.count != sizeof payload || frame.sequence != 9) std::abort();
  return good;
}

}  // namespace mote
