// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999) around type, sequence, payload and checksum.
#include "device/link/link.h"

#include <string.h>

#include "device/link/crc32.h"

namespace mote {
namespace {

constexpr size_t kHeadBytes = 2;
constexpr size_t kCheckBytes = 4;
constexpr uint8_t kLongestRun = 254;  // non-zero bytes that one length byte can announce

// Takes bytes of any value and puts none that is zero: each run without zeros is led by its length plus one.
struct Stuffer {
  void* context;
  void (*put)(void* context, uint8_t byte);
  uint8_t run[kLongestRun];
  uint8_t length = 0;

  void add(uint8_t byte) {
    if (byte != 0) run[length++] = byte;
    if (byte == 0 || length == kLongestRun) close_run();
  }
  void close_run() {
    put(context, static_cast<uint8_t>(length + 1));
    for (uint8_t i = 0; i < length; ++i) put(context, run[i]);
    length = 0;
  }
};

// In place: what is decoded is never longer than what it was decoded from. Returns the bytes, or 0 for a run that leads out.
size_t unstuff(uint8_t* bytes, size_t count) {
  size_t from = 0;
  size_t to = 0;
  while (from < count) {
    const uint8_t length = bytes[from++];
    const size_t run = static_cast<size_t>(length) - 1;
    if (run > count - from) return 0;
    memmove(bytes + to, bytes + from, run);
    from += run;
    to += run;
    if (length <= kLongestRun && from < count) bytes[to++] = 0;
  }
  return to;
}

uint32_t load_u32(const uint8_t* from) {
  return static_cast<uint32_t>(from[0]) | static_cast<uint32_t>(from[1]) << 8 | static_cast<uint32_t>(from[2]) << 16 |
         static_cast<uint32_t>(from[3]) << 24;
}

bool decode(uint8_t* bytes, size_t count, Frame* frame) {
  const size_t plain = unstuff(bytes, count);
  if (plain < kHeadBytes + kCheckBytes) return false;
  const size_t checked = plain - kCheckBytes;
  if (checked - kHeadBytes > kMaxFramePayload) return false;
  if (crc32(bytes, checked) != load_u32(bytes + checked)) return false;
  *frame = {static_cast<FrameType>(bytes[0]), bytes[1], bytes + kHeadBytes, checked - kHeadBytes};
  return true;
}

}  // namespace

void frame_send(FrameType type, uint8_t sequence, const FramePiece* pieces, size_t piece_count, void* context,
                void (*put)(void* context, uint8_t byte)) {
  const uint8_t head[kHeadBytes] = {static_cast<uint8_t>(type), sequence};
  uint32_t crc = crc32(head, kHeadBytes);
  Stuffer stuffer{context, put, {}};
  for (const uint8_t byte : head) stuffer.add(byte);
  for (size_t piece = 0; piece < piece_count; ++piece) {
    crc = crc32(pieces[piece].bytes, pieces[piece].count, crc);
    for (size_t i = 0; i < pieces[piece].count; ++i) stuffer.add(pieces[piece].bytes[i]);
  }
  for (size_t i = 0; i < kCheckBytes; ++i) stuffer.add(static_cast<uint8_t>(crc >> 8 * i));
  stuffer.close_run();
  put(context, 0);
}

size_t frame_encode(FrameType type, uint8_t sequence, const uint8_t* payload, size_t count, uint8_t* to) {
  uint8_t* end = to;
  const FramePiece whole{payload, count};
  frame_send(type, sequence, &whole, 1, &end, [](void* context, uint8_t byte) { *(*static_cast<uint8_t**>(context))++ = byte; });
  return static_cast<size_t>(end - to);
}

void frame_reader_init(FrameReader* reader, uint8_t* buffer, size_t capacity) { *reader = {buffer, capacity, 0, false, 0}; }

bool frame_reader_take(FrameReader* reader, uint8_t byte, Frame* frame) {
  if (byte != 0) {
    if (reader->filled < reader->capacity) {
      reader->buffer[reader->filled++] = byte;
    } else {
      reader->overflow = true;
    }
    return false;
  }
  const size_t filled = reader->filled;
  const bool overflow = reader->overflow;
  reader->filled = 0;
  reader->overflow = false;
  if (filled == 0) return false;  // delimiters in a row are no frame and no error
  if (!overflow && decode(reader->buffer, filled, frame)) return true;
  ++reader->dropped;
  return false;
}

}  // namespace mote
