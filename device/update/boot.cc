// Starting: the journal's newest state, the boot counted, the slot chosen; and what runs from then on.
#include <string.h>

#include "device/update/journal.h"
#include "device/update/parts.h"
#include "device/update/slots.h"

namespace mote {
namespace {

// A device that has never run.
JournalState first_state() {
  JournalState state;
  memset(&state, 0, sizeof state);
  state.confirmed = Slot::none;
  state.candidate = Slot::none;
  state.download_slot = Slot::none;
  return state;
}

}  // namespace

mote_status record(Updater* updater, const JournalState& next, const FreshRoot* fresh) {
  const uint32_t root_at = updater->journal.root_at;
  if (journal_append(&updater->journal, next, fresh) != MOTE_OK) return MOTE_FLASH_FAILED;
  updater->time_recorded = next.time_floor;
  updater->state = next;
  return updater->journal.root_at == root_at ? MOTE_OK : load_trust(updater);
}

JournalState without_candidate(const JournalState& state, mote_status why) {
  JournalState next = state;
  const auto index = static_cast<uint8_t>(state.candidate);
  next.phase = Phase::idle;
  next.candidate = Slot::none;
  next.last_status = static_cast<uint8_t>(why);
  next.release[index] = 0;
  next.model_bytes[index] = 0;
  memset(next.digest[index], 0, kDigestBytes);
  memset(next.model_id[index], 0, kDigestBytes);
  return next;
}

bool run(Updater* updater, Slot slot, Trusted trusted) {
  updater->running_trusted = trusted;
  updater->running = trusted == Trusted::yes ? slot : Slot::none;
  return updater->running != Slot::none;
}

// J11: a confirmed slot that is damaged is not given up in the journal: should it have been a fault of reading, the next start
// finds it again.
void choose_running(Updater* updater) {
  const JournalState& state = updater->state;
  if (!run(updater, state.confirmed, slot_trusted(*updater, state.confirmed)) && state.confirmed != Slot::none) {
    const Slot other = other_slot(state.confirmed);
    run(updater, other, slot_trusted(*updater, other));
  }
  const bool below_floor = updater->running != Slot::none && state.release[static_cast<uint8_t>(updater->running)] < state.floor;
  updater->degraded = updater->running != state.confirmed || below_floor;
}

mote_status updater_boot(Updater* updater, const UpdaterConfig& config) {
  memset(updater, 0, sizeof *updater);
  updater->config = config;
  updater->state = first_state();
  const Layout& layout = config.layout;
  journal_read(*config.flash, layout.journal, layout.journal_half_bytes, &updater->journal, &updater->state);
  mote_status status = load_trust(updater);
  if (status != MOTE_OK) return status;

  JournalState next = updater->state;
  if (next.phase == Phase::trial) next = without_candidate(next, MOTE_TRIAL_INTERRUPTED);  // J9
  if (next.image_epoch == 0) {
    next.image_epoch = updater->trust.image.epoch;
    next.director_epoch = updater->trust.director.epoch;
  }
  ++next.boot;
  status = record(updater, next);
  updater->state = next;
  updater->phase = next.phase;
  updater->trial = next.trial;
  updater->target_slot = Slot::none;
  choose_running(updater);
  if (status != MOTE_OK) return status;
  return updater->running == Slot::none ? MOTE_NO_MODEL : MOTE_OK;
}

const uint8_t* updater_model(const Updater& updater, uint32_t* count) {
  *count = 0;
  if (updater.running == Slot::none || updater.running_trusted != Trusted::yes) return nullptr;
  *count = updater.state.model_bytes[static_cast<uint8_t>(updater.running)];
  const uint8_t* model = updater.config.flash->mapped + slot_offset(updater, updater.running);
  // Asked once more, of memory, so that no one branch decides (docs/threat-model.md, fault injection).
  asm volatile("" ::: "memory");
  return updater.running_trusted == Trusted::yes ? model : nullptr;
}

}  // namespace mote
