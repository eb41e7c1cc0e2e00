// The serial link of a program: frames out, frames in, lines of log (docs/spec/serial-link.md).
#pragma once

#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/stack.h"
#include "device/limits.h"
#include "device/link/link.h"
#include "device/update/envelope.h"
#include "device/update/updater.h"

namespace mote::app {

// A block has the chunk, a digest for each level of its tree and 128 bytes of what is around them at most.
constexpr size_t levels_of(size_t chunks) { return chunks <= 1 ? 0 : 1 + levels_of((chunks + 1) / 2); }
static_assert(kMessageRoom >= kMaxChunkRoom + levels_of(kMaxChunks) * kDigestBytes + 128, "every chunk can arrive");
static_assert(kMessageRoom >= kMaxDirectiveEnvelopeBytes + kMaxImageEnvelopeBytes, "every image can arrive");
static_assert(kMessageRoom >= kMaxRootEnvelopeBytes, "every root can arrive");

struct SerialLink {
  FrameReader reader;
  uint8_t next_sequence;                                                 // of what goes out
  MOTE_ALIGNED uint8_t arriving[frame_bytes_at_most(16 + kMessageRoom)];  // L3
};

inline void start(SerialLink* link) { frame_reader_init(&link->reader, link->arriving, sizeof link->arriving); }

inline void send(SerialLink* link, FrameType type, const FramePiece* pieces, size_t count) {
  frame_send(type, link->next_sequence++, pieces, count, nullptr, [](void*, uint8_t byte) { board::serial_write(byte); });
}

inline void send(SerialLink* link, FrameType type, const char* text) {
  const FramePiece whole{reinterpret_cast<const uint8_t*>(text), strlen(text)};
  send(link, type, &whole, 1);
}

inline char* append(char* to, const char* text) {
  while (*text != '\0') *to++ = *text++;
  *to = '\0';
  return to;
}

inline char* append(char* to, uint32_t number) {
  char digits[10];
  unsigned count = 0;
  for (; number > 0 || count == 0; number /= 10) digits[count++] = static_cast<char>('0' + number % 10);
  while (count > 0) *to++ = digits[--count];
  *to = '\0';
  return to;
}

// "stack: 2844 of 8192 bytes used", so that a stack that becomes tight is seen before it overflows.
inline void log_stack(SerialLink* link) {
  char line[64];
  char* end = append(append(append(line, "stack: "), board::stack_used()), " of ");
  append(append(end, board::ram_stack_bytes), " bytes used");
  send(link, FrameType::log, line);
}

// Says why the device cannot work, for whoever reads the link.
[[noreturn]] inline void stand_still(SerialLink* link, const char* why) {
  for (;;) {
    send(link, FrameType::log, why);
    for (const uint32_t start = board::milliseconds(); board::milliseconds() - start < 1000;) {
      board::feed_watchdog();
      board::idle();
    }
  }
}

}  // namespace mote::app
