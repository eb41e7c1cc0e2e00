// Deciding on a directive and its image: refused for the first thing that is wrong, in the order of updater.h, or begun.
#include <string.h>

#include "device/kernels/operators.h"
#include "device/update/documents.h"
#include "device/update/envelope.h"
#include "device/update/parts.h"
#include "device/update/slots.h"

namespace mote {
namespace {

// Both documents, and what of the image is meant for this device.
struct Wanted {
  DirectiveView directive;
  ImageView image;
  uint8_t image_digest[kDigestBytes];
  PayloadRecord payload;  // of our target; bytes 0: there is none
  uint32_t payload_index;
  uint32_t directive_proof, image_proof;  // of their signatures (envelope.h)
};

// E9: both signatures before a byte of either payload is read.
mote_status open_documents(const Updater& updater, const uint8_t* bytes, size_t count, Opened* directive, Opened* image) {
  const Crypto& crypto = *updater.config.crypto;
  if (count > kMaxDirectiveEnvelopeBytes + kMaxImageEnvelopeBytes) return MOTE_MALFORMED;
  if (!has_trust(updater)) return MOTE_WRONG_EPOCH;
  mote_status status = open_envelope(crypto, EnvelopeType::directive, updater.trust.director, bytes, count, directive);
  if (status != MOTE_OK) return status;
  const uint8_t* rest = bytes + directive->envelope_bytes;
  const size_t rest_bytes = count - directive->envelope_bytes;
  status = open_envelope(crypto, EnvelopeType::image, updater.trust.image, rest, rest_bytes, image);
  if (status != MOTE_OK) return status;
  if (image->envelope_bytes != rest_bytes) return MOTE_MALFORMED;
  const bool bounded = directive->envelope_bytes <= kMaxDirectiveEnvelopeBytes && image->envelope_bytes <= kMaxImageEnvelopeBytes;
  return bounded ? MOTE_OK : MOTE_MALFORMED;
}

// The first payload that this device can run.
void choose_payload(const Updater& updater, Wanted* wanted) {
  const ImageView& image = wanted->image;
  for (uint32_t i = 0; i < image.payloads.count; ++i) {
    wanted->payload = payload_at(image, i);
    wanted->payload_index = i;
    const uint8_t target = wanted->payload.target;
    if (target == static_cast<uint8_t>(Target::portable) || target == updater.config.target) return;
  }
  memset(&wanted->payload, 0, sizeof wanted->payload);
}

mote_status read_wanted(const Updater& updater, const uint8_t* bytes, size_t count, Wanted* wanted) {
  Opened directive, image;
  mote_status status = open_documents(updater, bytes, count, &directive, &image);
  if (status != MOTE_OK) return status;
  status = read_directive(directive.payload, directive.payload_bytes, &wanted->directive);
  if (status != MOTE_OK) return status;
  status = read_image(image.payload, image.payload_bytes, &wanted->image);
  if (status != MOTE_OK) return status;
  digest_of(*updater.config.crypto, bytes + directive.envelope_bytes, image.envelope_bytes, wanted->image_digest);
  wanted->directive_proof = directive.proof;
  wanted->image_proof = image.proof;
  choose_payload(updater, wanted);
  return MOTE_OK;
}

bool holds(const Updater& updater, Slot slot, const Wanted& wanted) {
  if (slot == Slot::none) return false;
  const auto index = static_cast<uint8_t>(slot);
  return updater.state.release[index] != 0 && wanted.payload.bytes == updater.state.model_bytes[index] &&
         memcmp(updater.state.digest[index], wanted.payload.digest, kDigestBytes) == 0;
}

// The slot that runs, or is about to run, the wanted model already.
Slot slot_with(const Updater& updater, const Wanted& wanted) {
  if (holds(updater, updater.running, wanted)) return updater.running;
  if (holds(updater, updater.state.candidate, wanted)) return updater.state.candidate;
  return Slot::none;
}

bool is_under_way(const Updater& updater, const Wanted& wanted) {
  return updater.phase == Phase::downloading && updater.chunk_bytes == wanted.image.chunk_bytes &&
         updater.wanted_bytes == wanted.payload.bytes &&
         memcmp(updater.wanted_digest, wanted.payload.digest, kDigestBytes) == 0 &&
         memcmp(updater.wanted_root, wanted.payload.chunk_root, kDigestBytes) == 0;
}

// E12: the highest sequence that has been obeyed, or is being.
uint32_t obeyed(const Updater& updater) {
  const bool newer = updater.phase == Phase::downloading && updater.wanted_sequence > updater.state.sequence;
  return newer ? updater.wanted_sequence : updater.state.sequence;
}

bool is_for(const Identity& identity, const DirectiveView& directive) {
  if (!says(directive.device, "*")) return says(directive.device, identity.device);
  return says(directive.cohort, "*") || says(directive.cohort, identity.cohort);
}

mote_status check_directive(const Updater& updater, const Wanted& wanted) {
  const DirectiveView& directive = wanted.directive;
  if (!is_proved(wanted.directive_proof, updater.trust.director)) return MOTE_BAD_SIGNATURE;
  if (!is_for(*updater.config.identity, directive)) return MOTE_WRONG_DEVICE;
  const uint32_t last = obeyed(updater);
  const bool repeats = directive.sequence == last && (is_under_way(updater, wanted) || slot_with(updater, wanted) != Slot::none);
  if (directive.sequence <= last && !repeats) return MOTE_STALE_SEQUENCE;
  if (directive.sequence > last && directive.sequence - last > kMaxCounterJump) return MOTE_COUNTER_JUMP;
  if (directive.expires != 0 && directive.expires <= updater.state.time_floor) return MOTE_EXPIRED;
  return memcmp(directive.image_digest, wanted.image_digest, kDigestBytes) == 0 ? MOTE_OK : MOTE_DIGEST_MISMATCH;
}

bool has_operator(OperatorRecord needed) {
  return find_operator(needed.code) != nullptr && needed.version != 0 && needed.version <= kOperatorVersion;
}

mote_status check_image(const Updater& updater, const Wanted& wanted) {
  const UpdaterConfig& config = updater.config;
  const ImageView& image = wanted.image;
  if (!is_proved(wanted.image_proof, updater.trust.image)) return MOTE_BAD_SIGNATURE;
  if (!says(image.device_class, config.identity->device_class)) return MOTE_WRONG_CLASS;
  if (image.release != ~image.not_release) return MOTE_MALFORMED;  // misread (docs/threat-model.md, fault injection)
  if (image.release < updater.state.floor) return MOTE_OLDER_RELEASE;
  if (image.release - updater.state.floor > kMaxCounterJump) return MOTE_COUNTER_JUMP;
  if (image.format_version != kFormatVersion) return MOTE_UNSUPPORTED_VERSION;
  if (wanted.payload.bytes == 0) return MOTE_NO_PAYLOAD;
  for (uint32_t i = 0; i < image.operators.count; ++i)
    if (!has_operator(operator_at(image, i))) return MOTE_UNKNOWN_OPERATOR;
  if (image.chunk_bytes > kMaxChunkRoom) return MOTE_CHUNKS_TOO_LARGE;
  if (wanted.payload.bytes > config.layout.slot_bytes) return MOTE_TOO_LARGE_FOR_SLOT;
  if ((wanted.payload.bytes - 1) / image.chunk_bytes + 1 > kMaxChunks) return MOTE_TOO_LARGE_FOR_SLOT;
  return wanted.payload.arena_bytes <= config.arena_bytes ? MOTE_OK : MOTE_ARENA_TOO_SMALL;
}

bool same_terms(const TrialTerms& a, const TrialTerms& b) {
  return a.windows == b.windows && a.seconds == b.seconds && a.most_latency_us == b.most_latency_us &&
         a.most_missed == b.most_missed && a.least_confidence == b.least_confidence;
}

// The model is here already: what the directive and the image say anew is written down, and other plans are dropped.
mote_status keep(Updater* updater, Slot slot, const Wanted& wanted) {
  if (updater->phase == Phase::trial) return MOTE_OK;
  JournalState next = updater->state;
  const auto index = static_cast<uint8_t>(slot);
  next.sequence = wanted.directive.sequence;
  next.release[index] = wanted.image.release;
  if (slot == updater->running) {  // confirmed as it is, so its floor may rise with it
    next.confirmed = slot;
    next.candidate = Slot::none;
    next.phase = Phase::idle;
    if (next.floor < wanted.image.release) next.floor = wanted.image.release;
  } else {
    next.trial = wanted.directive.trial;
  }
  const JournalState& now = updater->state;
  const bool same = next.sequence == now.sequence && next.release[index] == now.release[index] &&
                    next.confirmed == now.confirmed && next.phase == now.phase && same_terms(next.trial, now.trial);
  if (!same && record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  forget_download(updater);
  updater->phase = next.phase;
  updater->trial = next.trial;
  if (slot == updater->running) updater->degraded = false;
  return MOTE_OK;
}

void note(Updater* updater, const Wanted& wanted) {
  updater->wanted_sequence = wanted.directive.sequence;
  updater->wanted_release = wanted.image.release;
  updater->trial = wanted.directive.trial;
  memcpy(updater->wanted_model_id, wanted.image.model_id, kDigestBytes);
}

// J11: never the slot that runs, so that there is always one to start.
Slot free_slot(const Updater& updater) {
  if (updater.running != Slot::none) return other_slot(updater.running);
  return updater.state.confirmed == Slot::none ? Slot::a : other_slot(updater.state.confirmed);
}

// Room for model and delta in one slot, and for the decoder in the arena; of a base that runs here.
bool suits(const Updater& updater, const Wanted& wanted, const DeltaRecord& delta) {
  const UpdaterConfig& config = updater.config;
  if (updater.running == Slot::none || delta.payload != wanted.payload_index) return false;
  if (delta.codec >= 32 || (updater_codecs(config) >> delta.codec & 1) == 0) return false;
  if (memcmp(delta.base, updater.state.digest[static_cast<uint8_t>(updater.running)], kDigestBytes) != 0) return false;
  const uint32_t sector = config.flash->sector_bytes, room = config.layout.slot_bytes / sector;
  const uint32_t model = (wanted.payload.bytes - 1) / sector + 1;
  return model < room && (delta.bytes - 1) / sector + 1 <= room - model &&
         (delta.bytes - 1) / wanted.image.chunk_bytes < kMaxChunks;
}

// The smallest delta that suits, or the model itself.
Transfer choose_transfer(const Updater& updater, const Wanted& wanted) {
  Transfer transfer = whole_model(wanted.payload.bytes, wanted.payload.digest, wanted.payload.chunk_root);
  for (uint32_t i = 0; i < wanted.image.deltas.count; ++i) {
    const DeltaRecord delta = delta_at(wanted.image, i);
    if (delta.bytes >= transfer.bytes || !suits(updater, wanted, delta)) continue;
    transfer.codec = delta.codec;
    transfer.bytes = delta.bytes;
    memcpy(transfer.digest, delta.digest, kDigestBytes);
    memcpy(transfer.chunk_root, delta.chunk_root, kDigestBytes);
  }
  return transfer;
}

// J16: what an earlier download of the same bytes has left in the slot: whole sectors and whole chunks, or all.
uint32_t bytes_to_keep(const Updater& updater, Slot slot, const Transfer& transfer, uint32_t chunk_bytes) {
  const JournalState& state = updater.state;
  if (state.download_slot != slot || memcmp(state.download_digest, transfer.digest, kDigestBytes) != 0) return 0;
  if (state.download_bytes >= transfer.bytes) return transfer.codec != 0 ? transfer.bytes : 0;
  const uint32_t sector = updater.config.flash->sector_bytes;
  const uint32_t unit = sector < chunk_bytes ? chunk_bytes : sector;  // both are powers of two
  return state.download_bytes / unit * unit;
}

mote_status start(Updater* updater, const Wanted& wanted) {
  forget_download(updater);
  if (updater->state.phase == Phase::staged) {
    const auto as_before = static_cast<mote_status>(updater->state.last_status);
    if (record(updater, without_candidate(updater->state, as_before)) != MOTE_OK) return MOTE_FLASH_FAILED;
  }
  updater->phase = Phase::idle;
  const Slot slot = free_slot(*updater);
  const Transfer transfer = choose_transfer(*updater, wanted);
  const uint32_t resume_at = bytes_to_keep(*updater, slot, transfer, wanted.image.chunk_bytes);
  if (resume_at == 0 && updater->state.download_bytes != 0 && record(updater, without_download(updater->state)) != MOTE_OK)
    return MOTE_FLASH_FAILED;  // before its bytes are erased

  note(updater, wanted);
  updater->target_slot = slot;
  updater->wanted_bytes = wanted.payload.bytes;
  updater->chunk_bytes = wanted.image.chunk_bytes;
  set_transfer(updater, transfer);
  memcpy(updater->wanted_digest, wanted.payload.digest, kDigestBytes);
  memcpy(updater->wanted_root, wanted.payload.chunk_root, kDigestBytes);
  if (clear_from(updater, resume_at) != MOTE_OK) {
    forget_download(updater);
    return MOTE_FLASH_FAILED;
  }
  updater->phase = Phase::downloading;
  return MOTE_OK;
}

}  // namespace

mote_status updater_desire(Updater* updater, const uint8_t* bytes, size_t count) {
  Wanted wanted;
  mote_status status = read_wanted(*updater, bytes, count, &wanted);
  if (status != MOTE_OK) return status;
  status = check_directive(*updater, wanted);
  if (status != MOTE_OK) return status;
  status = check_image(*updater, wanted);
  if (status != MOTE_OK) return status;

  const Slot slot = slot_with(*updater, wanted);
  if (slot != Slot::none) return keep(updater, slot, wanted);
  if (updater->phase == Phase::trial) return MOTE_BUSY;
  if (!is_under_way(*updater, wanted)) return start(updater, wanted);
  note(updater, wanted);
  return MOTE_OK;
}

uint32_t updater_signed_sequence(const Updater& updater, const uint8_t* bytes, size_t count) {
  Opened opened;
  DirectiveView directive;
  const UpdaterConfig& config = updater.config;
  if (!has_trust(updater)) return 0;
  if (open_envelope(*config.crypto, EnvelopeType::directive, updater.trust.director, bytes, count, &opened) != MOTE_OK) return 0;
  return read_directive(opened.payload, opened.payload_bytes, &directive) == MOTE_OK ? directive.sequence : 0;
}

}  // namespace mote
