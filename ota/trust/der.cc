// Tags, lengths, times and PEM.
#include "ota/trust/der.h"

#include <mbedtls/pem.h>
#include <mbedtls/platform_util.h>

#include <ctime>
#include <initializer_list>

namespace mote::der {

Bytes encode(Tag tag, std::initializer_list<ByteView> parts) {
  size_t length = 0;
  for (const ByteView part : parts) length += part.size();
  Bytes out = {tag};
  if (length < 0x80) {
    out.push_back(static_cast<uint8_t>(length));
  } else {
    size_t digits = 1;
    while (length >> 8 * digits != 0) ++digits;
    out.push_back(static_cast<uint8_t>(0x80 | digits));
    for (size_t i = digits; i > 0; --i) out.push_back(static_cast<uint8_t>(length >> 8 * (i - 1)));
  }
  for (const ByteView part : parts) append(out, part);
  return out;
}

std::string digits_of(int64_t unix_seconds) {
  const std::time_t moment = unix_seconds;
  std::tm parts{};
  ::gmtime_r(&moment, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &parts);
  return text;
}

Bytes time(int64_t unix_seconds) {
  const std::string digits = digits_of(unix_seconds) + "Z";
  if (digits < "2050") return encode(utc_time, {view_of(std::string_view(digits).substr(2))});
  return encode(generalized_time, {view_of(digits)});
}

std::string pem(const std::string& label, ByteView der) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string body;
  for (size_t at = 0; at < der.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (at + i < der.size() ? der[at + i] : 0);
    for (size_t i = 0; i < 4; ++i) body += at + i <= der.size() ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
    if (at / 3 % 16 == 15) body += '\n';
  }
  if (!body.empty() && body.back() != '\n') body += '\n';
  return "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----\n";
}

std::optional<Bytes> from_pem(const std::string& label, std::string_view text) {
  mbedtls_pem_context context;
  mbedtls_pem_init(&context);
  std::string whole(text);  // mbedTLS wants the zero that ends it
  size_t used = 0;
  const int problem =
      mbedtls_pem_read_buffer(&context, ("-----BEGIN " + label + "-----").c_str(), ("-----END " + label + "-----").c_str(),
                              reinterpret_cast<const uint8_t*>(whole.c_str()), nullptr, 0, &used);
  std::optional<Bytes> bytes;
  if (problem == 0) bytes.emplace(context.buf, context.buf + context.buflen);
  mbedtls_pem_free(&context);
  mbedtls_platform_zeroize(whole.data(), whole.size());
  return bytes;
}

}  // namespace mote::der
