// The little of DER (ITU-T X.690) that mbedTLS 2.28 cannot write for us: extensions, revocation lists, encrypted keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace mote::der {

enum Tag : uint8_t {
  integer = 0x02,
  bit_string = 0x03,
  octet_string = 0x04,
  null = 0x05,
  object_identifier = 0x06,
  utc_time = 0x17,
  generalized_time = 0x18,
  sequence = 0x30,
  context_2 = 0x82,  // [2] and [7] of a GeneralName: a DNS name, an IP address
  context_7 = 0x87,
};

// Tag, length, then the parts one after the other.
Bytes encode(Tag tag, std::initializer_list<ByteView> parts);

// A moment as X.509 writes it: with two digits of the year until 2049 (RFC 5280, 4.1.2.5).
Bytes time(int64_t unix_seconds);

// "20261231235959": what mbedTLS takes for a certificate's validity.
std::string digits_of(int64_t unix_seconds);

// PEM with lines of 64 characters (RFC 7468).
std::string pem(const std::string& label, ByteView der);

// The bytes of the first PEM block of this label in `text`; nothing when there is none, or it is damaged.
std::optional<Bytes> from_pem(const std::string& label, std::string_view text);

}  // namespace mote::der
