// What the updater's sources share: writing the state down, and choosing what runs.
#pragma once

#include "device/update/updater.h"

namespace mote {

inline Slot other_slot(Slot slot) { return slot == Slot::a ? Slot::b : Slot::a; }

// Writes `next` as the newest record; on MOTE_OK it is the updater's state.
mote_status record(Updater* updater, const JournalState& next);

// The candidate is neither wanted nor to be fallen back on: its slot is forgotten. `why` becomes the last status.
JournalState without_candidate(const JournalState& state, mote_status why);

// Sets running and degraded by what verifies now.
void choose_running(Updater* updater);

// The download is over; in RAM only.
void forget_download(Updater* updater);

// A download that was obeyed and came to nothing: recorded, so that the same directive does not start it again.
mote_status fail_download(Updater* updater, mote_status why);

}  // namespace mote
