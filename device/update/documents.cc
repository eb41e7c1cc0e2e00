// Reading image and directive with every limit checked.
#include "device/update/documents.h"


namespace mote {
namespace {

// Fields in the order of image.fbs and directive.fbs.
enum ImageField {
  kName,
  kModelId,
  kDeviceClass,
  kRelease,
  kFormatVersion,
  kChunkBytes,
  kOperators,
  kPayloads,
  kDeltas,
};
enum DirectiveField { kDevice, kCohort, kSequence, kExpires, kImageDigest, kTrialWindows, kTrialSeconds, kLeastConfidence,
                      kMostLatency, kMostMissed };

const uint8_t* read_digest(const FlatTable& table, uint32_t field) {
  const FlatVector bytes = flat_vector(table, field, 1, 1);
  if (bytes.count != kDigestBytes) table.reader->ok = false;
  return bytes.data;
}

TrialTerms read_trial(const FlatTable& table) {
  TrialTerms trial;
  trial.windows = flat_scalar<uint32_t>(table, kTrialWindows, 0);
  trial.seconds = flat_scalar<uint32_t>(table, kTrialSeconds, 0);
  trial.least_confidence = flat_scalar<uint16_t>(table, kLeastConfidence, 0);
  trial.most_latency_us = flat_scalar<uint32_t>(table, kMostLatency, 0);
  trial.most_missed = flat_scalar<uint32_t>(table, kMostMissed, UINT32_MAX);
  return trial;
}

bool is_name(const FlatVector& string, uint32_t most) { return string.count <= most; }

bool is_chunk_size(uint32_t bytes) { return bytes >= kMinChunkBytes && bytes <= kMaxChunkBytes && (bytes & (bytes - 1)) == 0; }

bool payloads_are_sound(const ImageView& image) {
  if (image.payloads.count == 0) return false;
  for (uint32_t i = 0; i < image.payloads.count; ++i)
    if (payload_at(image, i).bytes == 0) return false;
  return true;
}

bool deltas_are_sound(const ImageView& image) {
  for (uint32_t i = 0; i < image.deltas.count; ++i) {
    const DeltaRecord delta = delta_at(image, i);
    if (delta.bytes == 0 || delta.payload >= image.payloads.count || delta.codec == 0) return false;
  }
  return true;
}

}  // namespace

mote_status read_image(const uint8_t* bytes, uint32_t count, ImageView* image) {
  FlatReader reader{bytes, count};
  const FlatTable table = flat_root(&reader);
  image->name = flat_string(table, kName);
  image->model_id = read_digest(table, kModelId);
  image->device_class = flat_string(table, kDeviceClass);
  image->release = flat_scalar<uint32_t>(table, kRelease, 0);
  image->format_version = flat_scalar<uint16_t>(table, kFormatVersion, 0);
  image->chunk_bytes = flat_scalar<uint32_t>(table, kChunkBytes, 0);
  image->operators = flat_vector(table, kOperators, sizeof(OperatorRecord), alignof(OperatorRecord));
  image->payloads = flat_vector(table, kPayloads, sizeof(PayloadRecord), alignof(PayloadRecord));
  image->deltas = flat_vector(table, kDeltas, sizeof(DeltaRecord), alignof(DeltaRecord));
  image->not_release = ~flat_scalar<uint32_t>(table, kRelease, 0);
  if (!reader.ok) return MOTE_MALFORMED;
  const bool sound = is_name(image->name, kMaxImageNameBytes) && is_name(image->device_class, kMaxNameBytes) &&
                     image->device_class.count != 0 && image->release != 0 && is_chunk_size(image->chunk_bytes) &&
                     payloads_are_sound(*image) && deltas_are_sound(*image);
  return sound ? MOTE_OK : MOTE_MALFORMED;
}

mote_status read_directive(const uint8_t* bytes, uint32_t count, DirectiveView* directive) {
  FlatReader reader{bytes, count};
  const FlatTable table = flat_root(&reader);
  directive->device = flat_string(table, kDevice);
  directive->cohort = flat_string(table, kCohort);
  directive->sequence = flat_scalar<uint32_t>(table, kSequence, 0);
  directive->expires = flat_scalar<uint64_t>(table, kExpires, 0);
  directive->image_digest = read_digest(table, kImageDigest);
  directive->trial = read_trial(table);
  const bool sound = reader.ok && directive->device.count != 0 && is_name(directive->device, kMaxNameBytes) &&
                     is_name(directive->cohort, kMaxNameBytes) && directive->sequence != 0 &&
                     (directive->trial.windows != 0 || directive->trial.seconds != 0) && directive->trial.least_confidence <= 256;
  return sound ? MOTE_OK : MOTE_MALFORMED;
}

bool says(const FlatVector& string, const char* text) {
  const size_t length = strlen(text);
  return string.count == length && (length == 0 || memcmp(string.data, text, length) == 0);
}

}  // namespace mote
