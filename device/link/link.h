// The serial link between a device and `mote gateway`: frames with a checksum, over any byte stream (docs/spec/serial-link.md).
//
//     COBS( type 1 | sequence 1 | payload n | CRC-32 4 ) 0x00
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

enum class FrameType : uint8_t {
  hello = 1,     // device → gateway: its id; after a start and after a farewell, once a second until welcomed
  welcome = 2,   // gateway → device: the transport is up
  farewell = 3,  // gateway → device: the transport is down. A gateway that starts says it first, to be told the id
  message = 4,   // either way: channel 1, bytes
  window = 5,    // gateway → device: one int16 little-endian sensor window
  log = 6,       // device → gateway: a line of text
};

constexpr size_t kMaxFramePayload = 8192 + 16;
constexpr size_t frame_bytes_at_most(size_t payload) { return payload + 6 + (payload + 6) / 254 + 2; }
constexpr size_t kFrameReaderBytes = frame_bytes_at_most(kMaxFramePayload);  // a buffer that holds every legal frame

// Writes one frame with its delimiter to `to`, which has room for frame_bytes_at_most(count). Returns the bytes written.
size_t frame_encode(FrameType type, uint8_t sequence, const uint8_t* payload, size_t count, uint8_t* to);

// The same, byte by byte into `put`, for a sender without room for a whole frame; the payload comes in pieces.
struct FramePiece {
  const uint8_t* bytes;
  size_t count;
};
void frame_send(FrameType type, uint8_t sequence, const FramePiece* pieces, size_t piece_count, void* context,
                void (*put)(void* context, uint8_t byte));

// Collects bytes until a frame is whole. Broken and oversized frames are dropped and counted; what follows is read again.
// A type that is not in FrameType passes: the receiver ignores what it does not know.
struct FrameReader {
  uint8_t* buffer;  // of the caller
  size_t capacity;
  size_t filled;
  bool overflow;
  uint32_t dropped;
};

struct Frame {
  FrameType type;
  uint8_t sequence;
  const uint8_t* payload;  // into the reader's buffer, valid until the next byte
  size_t count;
};

void frame_reader_init(FrameReader* reader, uint8_t* buffer, size_t capacity);
// True when `byte` ended a good frame, which `frame` then describes.
bool frame_reader_take(FrameReader* reader, uint8_t byte, Frame* frame);

// How many frames of this direction were lost between two good ones. A sender counts its frames modulo 256.
inline uint8_t frames_lost(uint8_t previous, uint8_t current) { return static_cast<uint8_t>(current - previous - 1); }

}  // namespace mote
