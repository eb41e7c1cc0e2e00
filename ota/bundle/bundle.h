// A bundle: one file with everything a device needs, the signed image first and its payloads after it (docs/spec/envelope.md).
#pragma once

#include "base/json_fwd.h"
#include "base/result.h"
#include "device/port/codecs.h"
#include "ota/trust/documents.h"
#include "ota/trust/root.h"

namespace mote {

constexpr size_t kMaxBundleBytes = size_t{64} << 20;

struct BundleOptions {
  std::string name;          // for people
  std::string device_class;  // ota/devices/devices.h: check_name
  uint32_t release = 0;      // from 1
  uint32_t chunk_bytes = 1024;
  std::string where = "the model";  // names it in errors
  std::vector<Bytes> bases;         // .mote files that devices may have, each of which gets the deltas below

  // In this order a delta of each codec is made, and put in where it is smaller than the model and those before it: so there is
  // one for devices that decode no more than the first codecs, and a better one for those that do.
  std::vector<DeltaCodec> codecs = {DeltaCodec::subtract, DeltaCodec::zstd};
};

// Signers too few for the role's threshold make a draft: missing_signatures() counts, add_signature() completes.
// Reads arena, operators, target and identity out of the model, which must pass the device's verifier.
Result<Bytes> make_bundle(ByteView model, const BundleOptions& options, const Signers& signers);

// An opened bundle points into the bytes it was opened from.
struct Bundle {
  Image image;
  ByteView envelope;               // as it goes into a desired state
  Digest image_digest{};           // as a directive names it
  std::vector<ByteView> payloads;  // in the order of image.payloads
  std::vector<ByteView> deltas;    // in the order of image.deltas
};

// The signature over the raw bytes first; then lengths, digests, chunk roots, and that each payload is the model which the image
// describes. Cause::untrusted for every defect.
Result<Bundle> open_bundle(ByteView bytes, const TrustRoot& root, const std::string& where);

// What `mote bundle` and `mote verify` print.
struct BundleFacts {
  std::string file;
  Image image;
  Digest image_digest{};
  std::vector<std::string> keys;  // key_name() of the signers
  size_t file_bytes = 0;
};
BundleFacts facts_of(const Bundle& bundle, const TrustRoot& root, const std::string& file, size_t file_bytes);
std::string to_text(const BundleFacts& facts);
Json to_json(const BundleFacts& facts);

}  // namespace mote
