// The fixed header of MQTT 3.1.1 (OASIS standard, 2.2), and which packets may go which way.
#include "ota/transport/relay/framing.h"

#include <algorithm>

namespace mote {
namespace {

// What one packet type may look like. Packets of QoS 2 are not spoken here: no row, no passage.
struct Rule {
  bool to_broker;
  bool from_broker;
  uint8_t flags;  // of the header; PUBLISH has its own
  uint32_t shortest;
  uint32_t longest;
};

constexpr uint8_t kPublish = 3;
constexpr uint32_t kLongest = kMaxPacketBytes;

//                              up    down  flags  shortest  longest
constexpr Rule kRules[16] = {
    /*  0 reserved    */ {false, false, 0, 0, 0},
    /*  1 CONNECT     */ {true, false, 0, 12, kLongest},
    /*  2 CONNACK     */ {false, true, 0, 2, 2},
    /*  3 PUBLISH     */ {true, true, 0, 3, kLongest},
    /*  4 PUBACK      */ {true, true, 0, 2, 2},
    /*  5 PUBREC      */ {false, false, 0, 0, 0},
    /*  6 PUBREL      */ {false, false, 0, 0, 0},
    /*  7 PUBCOMP     */ {false, false, 0, 0, 0},
    /*  8 SUBSCRIBE   */ {true, false, 2, 6, kLongest},
    /*  9 SUBACK      */ {false, true, 0, 3, kLongest},
    /* 10 UNSUBSCRIBE */ {true, false, 2, 5, kLongest},
    /* 11 UNSUBACK    */ {false, true, 0, 2, 2},
    /* 12 PINGREQ     */ {true, false, 0, 0, 0},
    /* 13 PINGRESP    */ {false, true, 0, 0, 0},
    /* 14 DISCONNECT  */ {true, false, 0, 0, 0},
    /* 15 reserved    */ {false, false, 0, 0, 0},
};

constexpr const char* kTooLong = "an MQTT packet is larger than any of ours";

}  // namespace

const char* Framing::check(ByteView bytes) {
  while (!bytes.empty()) {
    if (at_ == At::body) {
      const size_t taken = std::min<size_t>(left_, bytes.size());
      left_ -= static_cast<uint32_t>(taken);
      bytes = bytes.subspan(taken);
      if (left_ == 0) at_ = At::header;
      continue;
    }
    const char* trouble = at_ == At::header ? check_header(bytes[0]) : check_length(bytes[0]);
    if (trouble != nullptr) return trouble;
    bytes = bytes.subspan(1);
  }
  return nullptr;
}

const char* Framing::check_header(uint8_t byte) {
  const Rule& rule = kRules[byte >> 4];
  if (!(direction_ == Direction::to_broker ? rule.to_broker : rule.from_broker))
    return "an MQTT packet of a type that may not pass";
  const uint8_t flags = byte & 0x0f;
  if (byte >> 4 == kPublish) {
    if ((flags >> 1 & 3) > 1) return "an MQTT message of a quality of service that may not pass";
  } else if (flags != rule.flags) {
    return "an MQTT packet with wrong flags";
  }
  header_ = byte;
  shift_ = 0;
  length_ = 0;
  at_ = At::length;
  return nullptr;
}

const char* Framing::check_length(uint8_t byte) {
  length_ |= static_cast<uint32_t>(byte & 0x7f) << shift_;
  shift_ += 7;
  if (length_ > kMaxPacketBytes) return kTooLong;  // also before its last digit is there
  if ((byte & 0x80) != 0) return shift_ < 28 ? nullptr : "an MQTT length of more than four digits";
  if (const char* trouble = check_packet(); trouble != nullptr) return trouble;
  left_ = length_;
  at_ = left_ == 0 ? At::header : At::body;
  return nullptr;
}

const char* Framing::check_packet() const {
  const Rule& rule = kRules[header_ >> 4];
  if (length_ > rule.longest) return kTooLong;
  return length_ < rule.shortest ? "an MQTT packet is shorter than its type can be" : nullptr;
}

}  // namespace mote
