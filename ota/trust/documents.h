// The signed documents on the host: what they say, and how they are signed and opened (docs/spec/envelope.md).
//
// Signing goes through the device's own seal_envelope, opening through its open_envelope and its readers of the documents, so
// that host and device cannot come to differ.
#pragma once

#include <string>
#include <vector>

#include "base/sha256.h"
#include "ota/trust/keys.h"

namespace mote {

struct OperatorNeed {
  uint16_t code = 0;  // device/model/operators.def
  uint16_t version = 1;
  bool operator==(const OperatorNeed&) const = default;
};

// One packing of a model.
struct ImagePayload {
  Digest digest{};      // SHA-256 of the .mote file
  Digest chunk_root{};  // docs/spec/chunks.md
  uint32_t bytes = 0;
  uint32_t arena_bytes = 0;
  uint8_t target = 0;  // 0 portable
  bool operator==(const ImagePayload&) const = default;
};

// What a model is.
struct Image {
  std::string name;  // for people, at most 63 bytes
  Digest model_id{};
  std::string device_class;  // 1 to 31 bytes
  uint32_t release = 0;      // from 1
  uint16_t format_version = 1;
  uint32_t chunk_bytes = 1024;  // 256 to 4096, a power of two
  std::vector<OperatorNeed> operators;
  std::vector<ImagePayload> payloads;  // at least one
  bool operator==(const Image&) const = default;
};

// Who gets it.
struct Directive {
  std::string device;     // an id, or "*" for every device of the cohort
  std::string cohort;     // asked for only where device is "*"; "*" is every cohort
  uint32_t sequence = 0;  // from 1
  uint64_t expires = 0;   // unix seconds; 0 never
  Digest image_digest{};  // digest_of_image()
  uint32_t trial_windows = 0;
  bool operator==(const Directive&) const = default;
};

// Cause::usage when a field is outside its limits: what no device would accept is not signed.
Result<Bytes> sign_image(const Image& image, const KeyPair& image_key);
Result<Bytes> sign_directive(const Directive& directive, const KeyPair& director_key);
Result<Bytes> sign_time(uint64_t unix_seconds, const KeyPair& director_key);

// `bytes` is one envelope and nothing after it. Cause::untrusted for anything else. `where` names it in errors.
Result<Image> open_image(ByteView bytes, const PublicKey& image_key, const std::string& where);
Result<Directive> open_directive(ByteView bytes, const PublicKey& director_key, const std::string& where);

// What a directive calls an image by: SHA-256 over the whole envelope.
Digest digest_of_image(ByteView envelope);

// How many of the first bytes are one envelope, by its header alone; 0 when the bytes cannot hold one.
size_t envelope_bytes(ByteView bytes);

}  // namespace mote
