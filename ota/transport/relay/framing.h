// Watches the frames of an MQTT 3.1.1 stream go by, and says when one must not pass.
//
// libmosquitto allocates whatever length a peer claims, up to 256 MB, before the bytes are there; and keeps messages of QoS 2
// until a release that may never come. Neither gets past this check. Nothing is kept here but the place in the stream.
#pragma once

#include "base/bytes.h"
#include "device/format/channels.h"

namespace mote {

enum class Direction { to_broker, from_broker };

// What follows the fixed header of any packet: a whole message with its topic and packet id, or a CONNECT with its will.
constexpr uint32_t kMaxPacketBytes = kMaxMessageBytes + 256;

class Framing {
 public:
  explicit Framing(Direction direction) : direction_(direction) {}

  // Takes the next bytes of the stream. Null when all of them may pass; otherwise why the connection must end, and then none may.
  const char* check(ByteView bytes);

 private:
  const char* check_header(uint8_t byte);
  const char* check_length(uint8_t byte);
  const char* check_packet() const;

  Direction direction_;
  enum class At { header, length, body } at_ = At::header;
  uint8_t header_ = 0;
  int shift_ = 0;        // bits of the length that are known
  uint32_t length_ = 0;  // as far as it is known
  uint32_t left_ = 0;    // of the body
};

}  // namespace mote
