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

Result<Bytes> seal(EnvelopeType type, const Signers& signers, ByteView payload, size_t most) {
  const size_t size = payload.size() + envelope_overhead(signers.threshold);
  if (size > most)
    return unsignable("the document takes " + std::to_string(size) + " bytes of at most " + std::to_string(most));
  return seal_with(type, signers.epoch, signers.threshold, signers.keys, payload);
}

// The signature blocks of an envelope.
struct Blocks {
  size_t signed_bytes;  // header and payload
  size_t count;
  size_t at(size_t index) const { return signed_bytes + index * kSignatureBlockBytes; }
};

Blocks blocks_of(ByteView bytes) {
  const size_t count = bytes[6];
  return {envelope_bytes(bytes) - count * kSignatureBlockBytes, count};
}

bool is_empty(ByteView block) {
  return std::all_of(block.begin(), block.end(), [](uint8_t byte) { return byte == 0; });
}

// Ascending by key id, the empty ones last.
bool comes_before(const Bytes& a, const Bytes& b) {
  if (is_empty(a) || is_empty(b)) return !is_empty(a) && is_empty(b);
  return std::lexicographical_compare(a.begin(), a.begin() + kKeyIdBytes, b.begin(), b.begin() + kKeyIdBytes);
}

std::vector<Bytes> take_blocks(ByteView bytes, const Blocks& blocks) {
  std::vector<Bytes> taken;
  for (size_t i = 0; i < blocks.count; ++i) {
    const ByteView block = bytes.subspan(blocks.at(i), kSignatureBlockBytes);
    taken.emplace_back(block.begin(), block.end());
  }
  return taken;
}

ByteView finished(const flatbuffers::FlatBufferBuilder& builder) { return {builder.GetBufferPointer(), builder.GetSize()}; }

// What open_envelope finds in `bytes`, which must be nothing more than it.
Result<ByteView> payload_of(EnvelopeType type, ByteView bytes, const Role& role, size_t most, const std::string& where) {
  if (bytes.size() > most) return untrusted(MOTE_MALFORMED, where);
  Bytes keys;
  for (const PublicKey& key : role.keys) append(keys, key);
  const KeySet signers{keys.data(), static_cast<uint32_t>(role.keys.size()), role.threshold, role.epoch};
  Opened opened;
  const mote_status status = open_envelope(mbedtls_crypto(), type, signers, bytes.data(), bytes.size(), &opened);
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

format::Delta flat(const ImageDelta& delta) {
  const uint8_t reserved[2] = {};
  return {flatbuffers::make_span(delta.base),
          flatbuffers::make_span(delta.digest),
          flatbuffers::make_span(delta.chunk_root),
          delta.bytes,
          delta.payload,
          delta.codec,
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
  for (uint32_t i = 0; i < view.deltas.count; ++i) {
    const DeltaRecord record = delta_at(view, i);
    image.deltas.push_back({.base = digest_at(record.base),
                            .digest = digest_at(record.digest),
                            .chunk_root = digest_at(record.chunk_root),
                            .bytes = record.bytes,
                            .payload = record.payload,
                            .codec = record.codec});
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

Result<Bytes> sign_image(const Image& image, const Signers& signers) {
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
  std::vector<format::Delta> flat_deltas;
  for (const ImageDelta& delta : image.deltas) flat_deltas.push_back(flat(delta));
  const auto deltas = builder.CreateVectorOfStructs(flat_deltas);
  builder.Finish(format::CreateImage(builder, name, model_id, device_class, image.release, image.format_version,
                                     image.chunk_bytes, operators, payloads, deltas));
  if (!reads(read_image, finished(builder)))
    return unsignable("a field of the image is outside its limits (name to 63 bytes, class 1 to 31, release from 1)");
  return seal(EnvelopeType::image, signers, finished(builder), kMaxImageEnvelopeBytes);
}

Result<Bytes> sign_directive(const Directive& directive, const Signers& signers) {
  flatbuffers::FlatBufferBuilder builder;
  const auto device = builder.CreateString(directive.device);
  const auto cohort = builder.CreateString(directive.cohort);
  const auto image_digest = vector_of(builder, directive.image_digest);
  builder.Finish(format::CreateDirective(builder, device, cohort, directive.sequence, directive.expires, image_digest,
                                         directive.trial_windows, directive.trial_seconds, directive.least_confidence,
                                         directive.most_latency_us, directive.most_missed));
  if (!reads(read_directive, finished(builder)))
    return unsignable("a field of the directive is outside its limits (device 1 to 31 bytes, cohort to 31, sequence from 1)");
  return seal(EnvelopeType::directive, signers, finished(builder), kMaxDirectiveEnvelopeBytes);
}

Result<Bytes> sign_time(uint64_t unix_seconds, const Signers& signers) {
  if (unix_seconds > UINT32_MAX) return unsignable("the time lies after the year 2106");
  uint8_t payload[sizeof unix_seconds];
  std::memcpy(payload, &unix_seconds, sizeof payload);
  return seal(EnvelopeType::time, signers, payload, sizeof payload + envelope_overhead(kMaxRoleKeys));
}

Result<Image> open_image(ByteView bytes, const Role& image_role, const std::string& where) {
  TRY(ByteView payload, payload_of(EnvelopeType::image, bytes, image_role, kMaxImageEnvelopeBytes, where));
  ImageView view;
  const mote_status status = read_image(payload.data(), static_cast<uint32_t>(payload.size()), &view);
  if (status != MOTE_OK) return untrusted(status, where);
  return image_of(view);
}

Result<Directive> open_directive(ByteView bytes, const Role& director_role, const std::string& where) {
  TRY(ByteView payload, payload_of(EnvelopeType::directive, bytes, director_role, kMaxDirectiveEnvelopeBytes, where));
  DirectiveView view;
  const mote_status status = read_directive(payload.data(), static_cast<uint32_t>(payload.size()), &view);
  if (status != MOTE_OK) return untrusted(status, where);
  return Directive{.device = string_of(view.device),
                   .cohort = string_of(view.cohort),
                   .sequence = view.sequence,
                   .expires = view.expires,
                   .image_digest = digest_at(view.image_digest),
                   .trial_windows = view.trial.windows,
                   .trial_seconds = view.trial.seconds,
                   .least_confidence = view.trial.least_confidence,
                   .most_latency_us = view.trial.most_latency_us,
                   .most_missed = view.trial.most_missed};
}

Digest digest_of_image(ByteView envelope) { return sha256(envelope); }

size_t envelope_bytes(ByteView bytes) {
  if (bytes.size() < kEnvelopeOverhead) return 0;
  const size_t signatures = bytes[6], overhead = envelope_overhead(signatures);
  uint32_t payload_bytes;
  std::memcpy(&payload_bytes, bytes.data() + 8, sizeof payload_bytes);
  if (signatures == 0 || signatures > kMaxSignatures || bytes.size() < overhead) return 0;
  return payload_bytes <= bytes.size() - overhead ? payload_bytes + overhead : 0;
}

Result<Bytes> seal_with(EnvelopeType type, uint32_t epoch, size_t places, const std::vector<KeyPair>& keys, ByteView payload) {
  Bytes bytes(payload.size() + envelope_overhead(places));
  write_envelope_header(type, epoch, static_cast<uint32_t>(places), static_cast<uint32_t>(payload.size()), bytes.data());
  std::copy(payload.begin(), payload.end(), bytes.begin() + kEnvelopeHeaderBytes);
  for (const KeyPair& key : keys) TRY_DO(add_signature(bytes, key));
  return bytes;
}

Result<void> add_signature(Bytes& bytes, const KeyPair& key) {
  const Blocks blocks = blocks_of(bytes);
  std::vector<Bytes> all = take_blocks(bytes, blocks);
  Bytes block(kSignatureBlockBytes);
  if (!write_signature(mbedtls_crypto(), key.private_key.data(), key.public_key.data(), bytes.data(), blocks.signed_bytes,
                       block.data()))
    return Error{.cause = Cause::failed, .what = "the key cannot sign", .where = key_name(key.public_key), .todo = ""};
  for (const Bytes& other : all)
    if (std::equal(block.begin(), block.begin() + kKeyIdBytes, other.begin()))
      return Error{.cause = Cause::usage, .what = "has signed this already", .where = "key " + key_name(key.public_key), .todo = ""};
  if (!is_empty(all.back()))
    return Error{.cause = Cause::usage, .what = "all signatures that it needs are there", .where = "", .todo = ""};
  all.back() = std::move(block);
  std::stable_sort(all.begin(), all.end(), comes_before);
  for (size_t i = 0; i < all.size(); ++i) std::copy(all[i].begin(), all[i].end(), bytes.begin() + static_cast<long>(blocks.at(i)));
  return {};
}

bool has_signed(ByteView bytes, const PublicKey& key) {
  uint8_t id[kKeyIdBytes];
  key_id_of(mbedtls_crypto(), key.data(), id);
  const std::vector<Bytes> all = take_blocks(bytes, blocks_of(bytes));
  return std::any_of(all.begin(), all.end(), [&](const Bytes& block) { return std::equal(id, id + kKeyIdBytes, block.begin()); });
}

ByteView payload_in(ByteView bytes) {
  return bytes.subspan(kEnvelopeHeaderBytes, blocks_of(bytes).signed_bytes - kEnvelopeHeaderBytes);
}

std::string signatures_missing(size_t count) {
  return std::to_string(count) + (count == 1 ? " signature is missing" : " signatures are missing");
}

size_t missing_signatures(ByteView bytes) {
  const std::vector<Bytes> all = take_blocks(bytes, blocks_of(bytes));
  return static_cast<size_t>(std::count_if(all.begin(), all.end(), [](const Bytes& block) { return is_empty(block); }));
}

}  // namespace mote
