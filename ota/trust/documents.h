// The signed documents on the host: what they say, and how they are signed and opened (docs/spec/envelope.md).
//
// Signing goes through the device's own seal_envelope, opening through its open_envelope and its readers of the documents, so
// that host and device cannot come to differ.
#pragma once

#include <string>
#include <vector>

#include "base/sha256.h"
#include "device/update/envelope.h"
#include "ota/trust/keys.h"
#include "ota/trust/root.h"

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

// One payload for a device that has another model already (docs/spec/delta.md).
struct ImageDelta {
  Digest base{};        // SHA-256 of the .mote file that it builds on
  Digest digest{};      // of the delta
  Digest chunk_root{};
  uint32_t bytes = 0;
  uint8_t payload = 0;  // which of the image's it makes
  uint8_t codec = 1;    // a DeltaCodec
  bool operator==(const ImageDelta&) const = default;
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
  std::vector<ImageDelta> deltas;
  bool operator==(const Image&) const = default;
};

// Who gets it.
struct Directive {
  std::string device;     // an id, or "*" for every device of the cohort
  std::string cohort;     // asked for only where device is "*"; "*" is every cohort
  uint32_t sequence = 0;  // from 1
  uint64_t expires = 0;   // unix seconds; 0 never
  Digest image_digest{};  // digest_of_image()
  uint32_t trial_windows = 0;        // or trial_seconds, or both
  uint32_t trial_seconds = 0;
  uint16_t least_confidence = 0;     // mean over the trial, in 1/256; 0: not asked
  uint32_t most_latency_us = 0;      // of any inference; 0: not asked
  uint32_t most_missed = UINT32_MAX;  // windows
  bool operator==(const Directive&) const = default;
};

// The keys of a role that sign now. Fewer than its threshold make a draft, which add_signature completes.
struct Signers {
  uint32_t epoch = 1;
  uint32_t threshold = 1;
  std::vector<KeyPair> keys;

  Signers() = default;
  Signers(const KeyPair& only) : keys{only} {}  // NOLINT: the signers of a role of one key
  Signers(const Role& role, std::vector<KeyPair> keys) : epoch(role.epoch), threshold(role.threshold), keys(std::move(keys)) {}
};

// Cause::usage when a field is outside its limits: what no device would accept is not signed.
Result<Bytes> sign_image(const Image& image, const Signers& signers);
Result<Bytes> sign_directive(const Directive& directive, const Signers& signers);
Result<Bytes> sign_time(uint64_t unix_seconds, const Signers& signers);

// `bytes` is one envelope and nothing after it. Cause::untrusted for anything else. `where` names it in errors.
Result<Image> open_image(ByteView bytes, const Role& image_role, const std::string& where);
Result<Directive> open_directive(ByteView bytes, const Role& director_role, const std::string& where);

// What a directive calls an image by: SHA-256 over the whole envelope.
Digest digest_of_image(ByteView envelope);

// How many of the first bytes are one envelope, by its header alone; 0 when the bytes cannot hold one.
size_t envelope_bytes(ByteView bytes);

// An envelope with places for `places` signatures, of which the keys at hand have filled theirs; the others are zero, which no device
// takes for a signature.
Result<Bytes> seal_with(EnvelopeType type, uint32_t epoch, size_t places, const std::vector<KeyPair>& keys, ByteView payload);

// Signs the draft at the start of `bytes` too. Cause::usage when its places are filled, or the key has signed it already.
Result<void> add_signature(Bytes& bytes, const KeyPair& key);

// Whether a signature of the envelope at the start of `bytes` names the key; not whether it is a good one.
bool has_signed(ByteView bytes, const PublicKey& key);

// What the envelope at the start of `bytes` carries; nothing of it has been checked.
ByteView payload_in(ByteView bytes);

// The places of the envelope at the start of `bytes` that nobody has signed yet.
size_t missing_signatures(ByteView bytes);
std::string signatures_missing(size_t count);  // "2 signatures are missing"

}  // namespace mote
