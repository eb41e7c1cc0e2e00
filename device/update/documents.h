// What image and directive say, read in place out of bytes whose signature has been checked (docs/spec/envelope.md, E6 and E7).
#pragma once

#include "device/format/view.h"
#include "device/port/crypto.h"
#include "device/update/updater.h"

namespace mote {

constexpr uint32_t kMinChunkBytes = 256;
constexpr uint32_t kMaxChunkBytes = 4096;
constexpr uint32_t kMaxImageNameBytes = 63;

// image.fbs: Payload.
struct PayloadRecord {
  uint8_t digest[kDigestBytes];
  uint8_t chunk_root[kDigestBytes];
  uint32_t bytes;
  uint32_t arena_bytes;
  uint8_t target;
  uint8_t reserved[3];
};
static_assert(sizeof(PayloadRecord) == 76, "as flatc lays it out");

// image.fbs: OperatorNeed.
struct OperatorRecord {
  uint16_t code;
  uint16_t version;
};

// image.fbs: Delta.
struct DeltaRecord {
  uint8_t base[kDigestBytes];
  uint8_t digest[kDigestBytes];
  uint8_t chunk_root[kDigestBytes];
  uint32_t bytes;
  uint8_t payload;
  uint8_t codec;
  uint8_t reserved[2];
};
static_assert(sizeof(DeltaRecord) == 104, "as flatc lays it out");

struct ImageView {
  FlatVector name;
  const uint8_t* model_id;
  FlatVector device_class;
  uint32_t release;
  uint32_t not_release;  // its complement, read apart from it: for whoever compares it with the floor
  uint32_t chunk_bytes;
  uint16_t format_version;
  FlatVector operators;  // of OperatorRecord
  FlatVector payloads;   // of PayloadRecord
  FlatVector deltas;     // of DeltaRecord
};

struct DirectiveView {
  FlatVector device;
  FlatVector cohort;
  uint32_t sequence;
  TrialTerms trial;
  uint64_t expires;
  const uint8_t* image_digest;
};

// MOTE_MALFORMED when a rule on the document itself is broken. Whether it suits this device is not asked here.
mote_status read_image(const uint8_t* bytes, uint32_t count, ImageView* image);
mote_status read_directive(const uint8_t* bytes, uint32_t count, DirectiveView* directive);

inline OperatorRecord operator_at(const ImageView& image, uint32_t index) {
  OperatorRecord record;
  memcpy(&record, image.operators.data + index * sizeof record, sizeof record);
  return record;
}
inline PayloadRecord payload_at(const ImageView& image, uint32_t index) {
  PayloadRecord record;
  memcpy(&record, image.payloads.data + index * sizeof record, sizeof record);
  return record;
}

inline DeltaRecord delta_at(const ImageView& image, uint32_t index) {
  DeltaRecord record;
  memcpy(&record, image.deltas.data + index * sizeof record, sizeof record);
  return record;
}

// Whether a string of a document is exactly `text`.
bool says(const FlatVector& string, const char* text);

}  // namespace mote
