// What the updater's sources share: writing the state down, and choosing what runs.
#pragma once

#include <string.h>

#include "device/update/journal.h"
#include "device/update/updater.h"

namespace mote {

inline Slot other_slot(Slot slot) { return slot == Slot::a ? Slot::b : Slot::a; }

// Writes `next` as the newest record, with the root that is to take effect with it; on MOTE_OK it is the updater's state.
mote_status record(Updater* updater, const JournalState& next, const FreshRoot* fresh = nullptr);

// The root in force: the journal's; the provisioned one where there is none, or where it has decayed, which then only a root of
// at least the lost one's epoch can heal.
mote_status load_trust(Updater* updater);

// Whether the root in force is the one that the journal names. Nothing but a root is believed otherwise.
inline bool has_trust(const Updater& updater) { return updater.trust.epoch >= updater.state.root_epoch; }

// The candidate is neither wanted nor to be fallen back on: its slot is forgotten. `why` becomes the last status.
JournalState without_candidate(const JournalState& state, mote_status why);

// The slot runs if it is trusted, and nothing does otherwise; updater_model asks once more.
bool run(Updater* updater, Slot slot, Trusted trusted);

// Sets running and degraded by what verifies now.
void choose_running(Updater* updater);

// The state once no download is to be gone on with.
JournalState without_download(const JournalState& state);

// A model itself, by its digest and the root of its chunks.
inline Transfer whole_model(uint32_t bytes, const uint8_t digest[kDigestBytes], const uint8_t chunk_root[kDigestBytes]) {
  Transfer transfer;
  transfer.codec = 0;
  transfer.bytes = bytes;
  memcpy(transfer.digest, digest, kDigestBytes);
  memcpy(transfer.chunk_root, chunk_root, kDigestBytes);
  return transfer;
}

// What is downloaded from now on, and in how many chunks.
inline void set_transfer(Updater* updater, const Transfer& transfer) {
  updater->transfer = transfer;
  updater->chunk_count = (transfer.bytes - 1) / updater->chunk_bytes + 1;
}

// Where in the target slot the transfer lies.
uint32_t transfer_offset(const Updater& updater);

// Erases what the transfer takes from its byte `at` on, a sector's start; what is before it counts as held.
mote_status clear_from(Updater* updater, uint32_t at);

// How often progress is written down: for every sector of flash, and at most eight times for `bytes`.
uint32_t progress_step(const Updater& updater, uint32_t bytes);

// Makes the wanted model at the start of the target slot out of the running one and the delta at the slot's end, going on where
// an earlier start was interrupted. MOTE_FLASH_FAILED, or what the decoder answers.
mote_status decode_transfer(Updater* updater);

// The download is over; in RAM only.
void forget_download(Updater* updater);

// A download that was obeyed and came to nothing: recorded, so that the same directive does not start it again.
mote_status fail_download(Updater* updater, mote_status why);

}  // namespace mote
