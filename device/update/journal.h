// Where the updater's state lies in flash: records in two sectors, of which the newest intact one counts
// (docs/spec/flash-journal.md).
#pragma once

#include "device/update/updater.h"

namespace mote {

// One record, whatever the flash: a multiple of every program unit up to 32 bytes.
constexpr uint32_t kRecordBytes = 192;

// Where the journal stands: what the next append needs to know of the flash.
struct Journal {
  const Flash* flash;
  uint32_t start;     // offset of its two sectors
  uint32_t sequence;  // of the newest record, 0: none
  uint32_t next;      // offset of the place after it
};

// Finds the newest intact record. False, with `state` untouched, when there is none: a device that has never run, with anything
// at all in its flash.
bool journal_read(const Flash& flash, uint32_t start, Journal* journal, JournalState* state);

// Writes `state` as the newest record. Only into a place that reads erased, and read back afterwards; a place that does not keep
// what it was given is left behind. When the sector is full the other one is erased and takes the record.
// MOTE_FLASH_FAILED when no place kept it; the newest record is then still the old one.
mote_status journal_append(Journal* journal, const JournalState& state);

// The bytes of a record, and back; false when they are not an intact record.
void record_write(uint32_t sequence, const JournalState& state, uint8_t bytes[kRecordBytes]);
bool record_read(const uint8_t bytes[kRecordBytes], uint32_t* sequence, JournalState* state);

}  // namespace mote
