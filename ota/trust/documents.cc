// Documents through flatc's builders on the way out, and through the device's own readers on the way in.
#include "ota/trust/documents.h"

#include <algorithm>

#include "device/port/mbedtls/crypto.h"
#include "device/update/documents.h"
#include "device/update/envelope.h"
#include "device/update/updater.h"
#include "directive_generated.h"
#include "image_generated.h"

namespace mote {
namespace {

Error unsignable(const std::string& what) {
  return Error{.cause = Cause::usage, .what = what + ", which no device accepts, so it is not signed", .where = "", .todo = ""};
}

Error untrusted(mote_status status, const std::string& where) {
  return Error{.cause = Cause::untrusted,
               .what = std::string(mote_status_text(status)) + " (" + mote_status_name(status) + ")",
               .where = where,
               .todo = ""};
}

Result<Bytes> seal(EnvelopeType type, const KeyPair& key, ByteView payload, size_t most) {
  if (payload.size() + kEnvelopeOverhead > most)
    return unsignable("the document takes " + std::to_string(payload.size() + kEnvelopeOverhead) + " bytes of at most " +
                      std::to_string(most));
  Bytes bytes(payload.size() + kEnvelopeOverhead);
  std::copy(payload.begin(), payload.end(), bytes.begin() + kEnvelopeHeaderBytes);
  if (!seal_envelope(mbedtls_crypto(), type, key.private_key.data(), key.public_key.data(), bytes.data(),
                     static_cast<uint32_t>(payload.size())))
    return Error{.cause = Cause::failed, .what = "the key cannot sign", .where = key_name(key.public_key), .todo = ""};
  return bytes;
}

ByteView finished(const flatbuffers::FlatBufferBuilder& builder) { return {builder.GetBufferPointer(), builder.GetSize()}; }

// What open_envelope finds in `bytes`, which must be nothing more than it.
Result<ByteView> payload_of(EnvelopeType type, ByteView bytes, const PublicKey& key, size_t most, const std::string& where) {
  if (bytes.size() > most) return untrusted(MOTE_MALFORMED, where);
  Opened opened;
  const mote_status status = open_envelope(mbedtls_crypto(), type, key.data(), bytes.data(), bytes.size(), &opened);
  if (status != MOTE_OK) return untrusted(status, where);
  if (opened.envelope_bytes != bytes.size()) return untrusted(MOTE_MALFORMED, where);
  return ByteView(opened.payload, opened.payload_bytes);
}

std::string string_of(const FlatVector& text) { return {reinterpret_cast<const char*>(text.data), text.count}; }

Digest digest_at(const uint8_t* bytes) {
  Digest digest;
  std::copy_n(bytes, digest.size(), digest.begin());
  return digest;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x20 && c != 0x7F; });
}

format::Payload flat(const ImagePayload& payload) {
  const uint8_t reserved[3] = {};
  return {flatbuffers::make_span(payload.digest),
          flatbuffers::make_span(payload.chunk_root),
          payload.bytes,
          payload.arena_bytes,
          payload.target,
          flatbuffers::make_span(reserved)};
}

flatbuffers::Offset<flatbuffers::Vector<uint8_t>> vector_of(flatbuffers::FlatBufferBuilder& builder, const Digest& digest) {
  return builder.CreateVector(digest.data(), digest.size());
}

Image image_of(const ImageView& view) {
  Image image;
  image.name = string_of(view.name);
  image.model_id = digest_at(view.model_id);
  image.device_class = string_of(view.device_class);
  image.release = view.release;
  image.format_version = view.format_version;
  image.chunk_bytes = view.chunk_bytes;
  for (uint32_t i = 0; i < view.operators.count; ++i) {
    const OperatorRecord record = operator_at(view, i);
    image.operators.push_back({.code = record.code, .version = record.version});
  }
  for (uint32_t i = 0; i < view.payloads.count; ++i) {
    const PayloadRecord record = payload_at(view, i);
    image.payloads.push_back({.digest = digest_at(record.digest),
                              .chunk_root = digest_at(record.chunk_root),
                              .bytes = record.bytes,
                              .arena_bytes = record.arena_bytes,
                              .target = record.target});
  }
  return image;
}

// A document that is about to be signed, seen with the eyes of the device that is to read it.
template <typename View>
bool reads(mote_status (*read)(const uint8_t*, uint32_t, View*), ByteView payload) {
  View view;
  return read(payload.data(), static_cast<uint32_t>(payload.size()), &view) == MOTE_OK;
}

}  // namespace

Result<Bytes> sign_image(const Image& image, const KeyPair& image_key) {
  if (!is_printable(image.name) || !is_printable(image.device_class)) return unsignable("a name holds control characters");
  flatbuffers::FlatBufferBuilder builder;
  const auto name = builder.CreateString(image.name);
  const auto model_id = vector_of(builder, image.model_id);
  const auto device_class = builder.CreateString(image.device_class);
  std::vector<format::OperatorNeed> needs;
  for (const OperatorNeed& need : image.operators) needs.emplace_back(need.code, need.version);
  const auto operators = builder.CreateVectorOfStructs(needs);
  std::vector<format::Payload> flat_payloads;
  for (const ImagePayload& payload : image.payloads) flat_payloads.push_back(flat(payload));
  const auto payloads = builder.CreateVectorOfStructs(flat_payloads);
  builder.Finish(format::CreateImage(builder, name, model_id, device_class, image.release, image.format_version,
                                     image.chunk_bytes, operators, payloads));
  if (!reads(read_image, finished(builder)))
    return unsignable("a field of the image is outside its limits (name to 63 bytes, class 1 to 31, release from 1)");
  return seal(EnvelopeType::image, image_key, finished(builder), kMaxImageEnvelopeBytes);
}

Result<Bytes> sign_directive(const Directive& directive, const KeyPair& director_key) {
  flatbuffers::FlatBufferBuilder builder;
  const auto device = builder.CreateString(directive.device);
  const auto cohort = builder.CreateString(directive.cohort);
  const auto image_digest = vector_of(builder, directive.image_digest);
  builder.Finish(format::CreateDirective(builder, device, cohort, directive.sequence, directive.expires, image_digest,
                                         directive.trial_windows));
  if (!reads(read_directive, finished(builder)))
    return unsignable("a field of the directive is outside its limits (device 1 to 31 bytes, cohort to 31, sequence from 1)");
  return seal(EnvelopeType::directive, director_key, finished(builder), kMaxDirectiveEnvelopeBytes);
}

Result<Bytes> sign_time(uint64_t unix_seconds, const KeyPair& director_key) {
  if (unix_seconds > UINT32_MAX) return unsignable("the time lies after the year 2106");
  uint8_t payload[sizeof unix_seconds];
  std::memcpy(payload, &unix_seconds, sizeof payload);
  return seal(EnvelopeType::time, director_key, payload, sizeof payload + kEnvelopeOverhead);
}

Result<Image> open_image(ByteView bytes, const PublicKey& image_key, const std::string& where) {
  TRY(ByteView payload, payload_of(EnvelopeType::image, bytes, image_key, kMaxImageEnvelopeBytes, where));
  ImageView view;
  const mote_status status = read_image(payload.data(), static_cast<uint32_t>(payload.size()), &view);
  if (status != MOTE_OK) return untrusted(status, where);
  return image_of(view);
}

Result<Directive> open_directive(ByteView bytes, const PublicKey& director_key, const std::string& where) {
  TRY(ByteView payload, payload_of(EnvelopeType::directive, bytes, director_key, kMaxDirectiveEnvelopeBytes, where));
  DirectiveView view;
  const mote_status status = read_directive(payload.data(), static_cast<uint32_t>(payload.size()), &view);
  if (status != MOTE_OK) return untrusted(status, where);
  return Directive{.device = string_of(view.device),
                   .cohort = string_of(view.cohort),
                   .sequence = view.sequence,
                   .expires = view.expires,
                   .image_digest = digest_at(view.image_digest),
                   .trial_windows = view.trial_windows};
}

Digest digest_of_image(ByteView envelope) { return sha256(envelope); }

size_t envelope_bytes(ByteView bytes) {
  if (bytes.size() < kEnvelopeOverhead) return 0;
  uint32_t payload_bytes;
  std::memcpy(&payload_bytes, bytes.data() + 8, sizeof payload_bytes);
  return payload_bytes <= bytes.size() - kEnvelopeOverhead ? payload_bytes + kEnvelopeOverhead : 0;
}

}  // namespace mote
