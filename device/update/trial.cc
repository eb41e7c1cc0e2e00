// The trial of a staged candidate, and its two ends (docs/spec/flash-journal.md, J8 and J9).
#include "device/update/parts.h"
#include "device/update/slots.h"

namespace mote {
namespace {

mote_status refuse(Updater* updater, mote_status why) {
  const mote_status status = updater_end_trial(updater, why);
  return status == MOTE_OK ? why : status;
}

}  // namespace

// The floor was asked for when the directive was taken: once more, so that no one branch decides (docs/threat-model.md, fault
// injection).
mote_status updater_begin_trial(Updater* updater) {
  if (updater->phase != Phase::staged) return MOTE_BUSY;
  const JournalState& state = updater->state;
  const Trusted trusted = slot_trusted(*updater, state.candidate);
  if (trusted != Trusted::yes) return refuse(updater, MOTE_DIGEST_MISMATCH);
  if (state.release[static_cast<uint8_t>(state.candidate)] < state.floor) return refuse(updater, MOTE_OLDER_RELEASE);
  JournalState next = updater->state;
  next.phase = Phase::trial;
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  updater->phase = Phase::trial;
  run(updater, next.candidate, trusted);
  return MOTE_OK;
}

mote_status updater_confirm(Updater* updater) {
  if (updater->phase != Phase::trial) return MOTE_BUSY;
  JournalState next = updater->state;
  const uint32_t release = next.release[static_cast<uint8_t>(next.candidate)];
  next.confirmed = next.candidate;
  if (next.floor < release) next.floor = release;
  next.candidate = Slot::none;
  next.phase = Phase::idle;
  next.last_status = MOTE_OK;
  if (record(updater, next) != MOTE_OK) return MOTE_FLASH_FAILED;
  updater->phase = Phase::idle;
  updater->degraded = false;
  return MOTE_OK;
}

mote_status updater_end_trial(Updater* updater, mote_status why) {
  if (updater->phase != Phase::staged && updater->phase != Phase::trial) return MOTE_BUSY;
  const JournalState next = without_candidate(updater->state, why);
  const mote_status status = record(updater, next);
  updater->state = next;
  updater->phase = Phase::idle;
  choose_running(updater);
  return status;
}

}  // namespace mote
