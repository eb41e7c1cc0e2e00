// The slots that hold models: erasing, writing and verifying them.
#pragma once

#include "device/update/updater.h"

namespace mote {

// Where a model starts, and how much of a model's slot is in use.
uint32_t slot_offset(const Updater& updater, Slot slot);

// Erases the sectors from `from`, which is a sector's start, to the one that holds the last of `bytes`, and no more.
mote_status slot_erase(const Updater& updater, Slot slot, uint32_t from, uint32_t bytes);

// Programs `count` bytes at `at` in the slot; the last unit is filled up with erased bytes. `at` is a multiple of the unit.
mote_status slot_write(const Updater& updater, Slot slot, uint32_t at, const uint8_t* bytes, uint32_t count);

// SHA-256 over a stretch of the flash.
void digest_of_flash(const Updater& updater, uint32_t offset, uint32_t count, uint8_t digest[kDigestBytes]);

// Whether the slot holds, read back from flash, the `bytes` of this digest, and they are a model that can run on this device.
// MOTE_DIGEST_MISMATCH, what mote_check answers, MOTE_WRONG_TARGET, MOTE_ARENA_TOO_SMALL. `same`: its digest alone.
mote_status slot_check(const Updater& updater, Slot slot, uint32_t bytes, const uint8_t digest[kDigestBytes], Trusted* same);

// Whether the model that the journal knows in this slot can start.
Trusted slot_trusted(const Updater& updater, Slot slot);

// Runs the self-test vectors of a model that slot_check has found good, in the arena.
mote_status slot_self_test(const Updater& updater, Slot slot, uint32_t bytes);

}  // namespace mote
