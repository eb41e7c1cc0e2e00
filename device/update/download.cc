// Taking chunks into the free slot, and staging what they make (docs/spec/flash-journal.md, J13).
#include <string.h>

#include "device/update/chunks.h"
#include "device/update/parts.h"
#include "device/update/slots.h"

namespace mote {
namespace {

bool is_held(const Updater& updater, uint32_t index) { return (updater.held[index / 8] >> index % 8 & 1) != 0; }

uint32_t bytes_of_chunk(const Updater& updater, uint32_t index) {
  const uint32_t before = index * updater.chunk_bytes;
  const uint32_t left = updater.wanted_bytes - before;
  return left < updater.chunk_bytes ? left : updater.chunk_bytes;
}

mote_status check_candidate(const Updater& updater) {
  const mote_status status = slot_check(updater, updater.target_slot, updater.wanted_bytes, updater.wanted_digest);
  return status == MOTE_OK ? slot_self_test(updater, updater.target_slot, updater.wanted_bytes) : status;
}

JournalState staged_state(const Updater& updater) {
  JournalState next = updater.state;
  const auto index = static_cast<uint8_t>(updater.target_slot);
  next.phase = Phase::staged;
  next.candidate = updater.target_slot;
  next.sequence = updater.wanted_sequence;
  next.trial_windows = updater.trial_windows;
  next.release[index] = updater.wanted_release;
  next.model_bytes[index] = updater.wanted_bytes;
  memcpy(next.digest[index], updater.wanted_digest, kDigestBytes);
  memcpy(next.model_id[index], updater.wanted_model_id, kDigestBytes);
  // A degraded device takes the new model into the damaged slot. That slot must not count as confirmed any longer, or a restart
  // would start the candidate without a trial (J11).
  if (next.confirmed == updater.target_slot) next.confirmed = updater.running;
  return next;
}

}  // namespace

void forget_download(Updater* updater) {
  if (updater->phase == Phase::downloading) updater->phase = Phase::idle;
  updater->target_slot = Slot::none;
  updater->chunk_count = 0;
  updater->chunks_held = 0;
  memset(updater->held, 0, sizeof updater->held);
}

mote_status fail_download(Updater* updater, mote_status why) {
  JournalState next = updater->state;
  next.sequence = updater->wanted_sequence;
  next.last_status = static_cast<uint8_t>(why);
  forget_download(updater);
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  return why;
}

mote_status updater_take_chunk(Updater* updater, const uint8_t digest[kDigestBytes], uint32_t index, const uint8_t* proof,
                               size_t proof_bytes, const uint8_t* data, size_t data_bytes) {
  if (updater->phase != Phase::downloading || memcmp(digest, updater->wanted_digest, kDigestBytes) != 0) return MOTE_BAD_CHUNK;
  if (index >= updater->chunk_count) return MOTE_BAD_CHUNK;
  if (is_held(*updater, index)) return MOTE_OK;
  if (data_bytes != bytes_of_chunk(*updater, index)) return MOTE_BAD_CHUNK;
  if (!chunk_belongs(*updater->config.crypto, updater->chunk_root, index, updater->chunk_count, proof, proof_bytes, data,
                     data_bytes))
    return MOTE_BAD_CHUNK;
  // A place that took a part of a chunk cannot take it again without an erase, so a failure ends the download.
  const mote_status status =
      slot_write(*updater, updater->target_slot, index * updater->chunk_bytes, data, static_cast<uint32_t>(data_bytes));
  if (status != MOTE_OK) return fail_download(updater, status);
  updater->held[index / 8] = static_cast<uint8_t>(updater->held[index / 8] | 1u << index % 8);
  ++updater->chunks_held;
  return MOTE_OK;
}

mote_status updater_stage(Updater* updater) {
  if (updater->phase != Phase::downloading || updater->chunks_held != updater->chunk_count) return MOTE_BUSY;
  const mote_status status = check_candidate(*updater);
  if (status != MOTE_OK) return fail_download(updater, status);
  const JournalState next = staged_state(*updater);
  forget_download(updater);
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  updater->phase = Phase::staged;
  return MOTE_OK;
}

}  // namespace mote
