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
  const uint32_t left = updater.transfer.bytes - before;
  return left < updater.chunk_bytes ? left : updater.chunk_bytes;
}

mote_status check_candidate(const Updater& updater) {
  Trusted same;
  const mote_status status = slot_check(updater, updater.target_slot, updater.wanted_bytes, updater.wanted_digest, &same);
  return status == MOTE_OK ? slot_self_test(updater, updater.target_slot, updater.wanted_bytes) : status;
}

JournalState staged_state(const Updater& updater) {
  JournalState next = without_download(updater.state);
  const auto index = static_cast<uint8_t>(updater.target_slot);
  next.phase = Phase::staged;
  next.candidate = updater.target_slot;
  next.sequence = updater.wanted_sequence;
  next.trial = updater.trial;
  next.release[index] = updater.wanted_release;
  next.model_bytes[index] = updater.wanted_bytes;
  memcpy(next.digest[index], updater.wanted_digest, kDigestBytes);
  memcpy(next.model_id[index], updater.wanted_model_id, kDigestBytes);
  // A degraded device takes the new model into the damaged slot. That slot must not count as confirmed any longer, or a restart
  // would start the candidate without a trial (J11).
  if (next.confirmed == updater.target_slot) next.confirmed = updater.running;
  return next;
}

// J16: the sectors before the first chunk that is missing will not be downloaded again. A record that cannot be written costs no
// more than that. A model whose chunks are all held is staged next; a delta is decoded first, which takes its time.
void note_progress(Updater* updater) {
  while (updater->chunks_in_row < updater->chunk_count && is_held(*updater, updater->chunks_in_row)) ++updater->chunks_in_row;
  const bool whole = updater->chunks_in_row == updater->chunk_count;
  const Transfer& transfer = updater->transfer;
  if (whole && transfer.codec == 0) return;
  const uint32_t sector = updater->config.flash->sector_bytes;
  const uint32_t bytes = whole ? transfer.bytes : updater->chunks_in_row * updater->chunk_bytes / sector * sector;
  if (!whole && bytes < updater->state.download_bytes + progress_step(*updater, transfer.bytes)) return;
  JournalState next = updater->state;
  next.download_slot = updater->target_slot;
  next.download_bytes = bytes;
  memcpy(next.download_digest, transfer.digest, kDigestBytes);
  (void)record(updater, next);
}

bool delta_is_whole(const Updater& updater) {
  uint8_t found[kDigestBytes];
  const uint32_t at = slot_offset(updater, updater.target_slot) + transfer_offset(updater);
  digest_of_flash(updater, at, updater.transfer.bytes, found);
  return memcmp(found, updater.transfer.digest, kDigestBytes) == 0;
}

// What is in flash is not what was signed: all of it is downloaded again.
mote_status start_over(Updater* updater) {
  if (record(updater, without_download(updater->state)) != MOTE_OK) return fail_download(updater, MOTE_FLASH_FAILED);
  const mote_status status = clear_from(updater, 0);
  return status == MOTE_OK ? MOTE_DIGEST_MISMATCH : fail_download(updater, status);
}

}  // namespace

JournalState without_download(const JournalState& state) {
  JournalState next = state;
  next.download_slot = Slot::none;
  next.download_bytes = 0;
  next.decoded_bytes = 0;
  memset(next.download_digest, 0, kDigestBytes);
  return next;
}

uint32_t progress_step(const Updater& updater, uint32_t bytes) {
  const uint32_t sector = updater.config.flash->sector_bytes, eighth = bytes / 8;
  return eighth < sector ? sector : eighth;
}

uint32_t transfer_offset(const Updater& updater) {
  if (updater.transfer.codec == 0) return 0;
  const uint32_t sector = updater.config.flash->sector_bytes;
  return updater.config.layout.slot_bytes - (updater.transfer.bytes + sector - 1) / sector * sector;
}

mote_status clear_from(Updater* updater, uint32_t at) {
  memset(updater->held, 0, sizeof updater->held);
  updater->chunks_held = at == updater->transfer.bytes ? updater->chunk_count : at / updater->chunk_bytes;
  updater->chunks_in_row = updater->chunks_held;
  updater->resumed = at != 0;
  for (uint32_t i = 0; i < updater->chunks_held; ++i)
    updater->held[i / 8] = static_cast<uint8_t>(updater->held[i / 8] | 1u << i % 8);
  const uint32_t start = transfer_offset(*updater);
  if (at == updater->transfer.bytes) return MOTE_OK;
  return slot_erase(*updater, updater->target_slot, start + at, start + updater->transfer.bytes);
}

void forget_download(Updater* updater) {
  if (updater->phase == Phase::downloading) updater->phase = Phase::idle;
  updater->target_slot = Slot::none;
  updater->chunk_count = 0;
  updater->chunks_held = 0;
  memset(updater->held, 0, sizeof updater->held);
}

mote_status fail_download(Updater* updater, mote_status why) {
  JournalState next = without_download(updater->state);
  next.sequence = updater->wanted_sequence;
  next.last_status = static_cast<uint8_t>(why);
  forget_download(updater);
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  return why;
}

mote_status updater_take_chunk(Updater* updater, const uint8_t digest[kDigestBytes], uint32_t index, const uint8_t* proof,
                               size_t proof_bytes, const uint8_t* data, size_t data_bytes) {
  if (updater->phase != Phase::downloading || memcmp(digest, updater->transfer.digest, kDigestBytes) != 0) return MOTE_BAD_CHUNK;
  if (index >= updater->chunk_count) return MOTE_BAD_CHUNK;
  if (is_held(*updater, index)) return MOTE_OK;
  if (data_bytes != bytes_of_chunk(*updater, index)) return MOTE_BAD_CHUNK;
  if (!chunk_belongs(*updater->config.crypto, updater->transfer.chunk_root, index, updater->chunk_count, proof, proof_bytes, data,
                     data_bytes))
    return MOTE_BAD_CHUNK;
  // A place that took a part of a chunk cannot take it again without an erase, so a failure ends the download.
  const mote_status status = slot_write(*updater, updater->target_slot, transfer_offset(*updater) + index * updater->chunk_bytes,
                                        data, static_cast<uint32_t>(data_bytes));
  if (status != MOTE_OK) return fail_download(updater, status);
  updater->held[index / 8] = static_cast<uint8_t>(updater->held[index / 8] | 1u << index % 8);
  ++updater->chunks_held;
  note_progress(updater);
  return MOTE_OK;
}

mote_status updater_stage(Updater* updater) {
  if (updater->phase != Phase::downloading || updater->chunks_held != updater->chunk_count) return MOTE_BUSY;
  mote_status status = MOTE_OK;
  const bool is_delta = updater->transfer.codec != 0;
  if (is_delta) {
    if (!delta_is_whole(*updater)) return updater->resumed ? start_over(updater) : fail_download(updater, MOTE_DIGEST_MISMATCH);
    status = decode_transfer(updater);
    if (status == MOTE_FLASH_FAILED) return fail_download(updater, status);
  }
  if (status == MOTE_OK) status = check_candidate(*updater);
  if (is_delta && status != MOTE_OK)  // the delta is at fault: the model itself has its own digest
    set_transfer(updater, whole_model(updater->wanted_bytes, updater->wanted_digest, updater->wanted_root));
  if ((is_delta && status != MOTE_OK) || (status == MOTE_DIGEST_MISMATCH && updater->resumed)) return start_over(updater);
  if (status != MOTE_OK) return fail_download(updater, status);
  const JournalState next = staged_state(*updater);
  forget_download(updater);
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  updater->phase = Phase::staged;
  return MOTE_OK;
}

}  // namespace mote
