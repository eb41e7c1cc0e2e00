// Where the updater's state lies in flash: records in two halves, of which the newest intact one counts, and beside it the root
// that it names (docs/spec/flash-journal.md).
#pragma once

#include "device/update/updater.h"

namespace mote {

// One state, whatever the flash: a multiple of every program unit up to 32 bytes.
constexpr uint32_t kRecordBytes = 256;

// A root takes as many places of this size as it needs, headed by: magic "MOTR", epoch, length of the document, CRC-32 of these
// twelve bytes and the document.
constexpr uint32_t kRootHeaderBytes = 16;

constexpr uint32_t kLastSequence = UINT32_MAX - 65'536;  // of a record; no flash lives so long

// A root document that is to take effect with a state.
struct FreshRoot {
  const uint8_t* bytes;
  uint32_t count;
};

// Finds the newest intact record, and the root that it names. False, with `state` untouched, when there is none: a device that
// has never run, with anything at all in its flash.
bool journal_read(const Flash& flash, uint32_t start, uint32_t half_bytes, Journal* journal, JournalState* state);

// Writes `state` as the newest record, and before it `fresh` where there is one, of the epoch that the state names. Only into
// places that read erased, and read back afterwards; a place that does not keep what it was given is left behind. When the half
// is full the other one is erased and takes root and record. MOTE_FLASH_FAILED when no place kept it; the newest record, and its
// root, are then still the old ones.
mote_status journal_append(Journal* journal, const JournalState& state, const FreshRoot* fresh = nullptr);

// The bytes of a record, and back; false when they are not an intact record.
void record_write(uint32_t sequence, const JournalState& state, uint8_t bytes[kRecordBytes]);
bool record_read(const uint8_t bytes[kRecordBytes], uint32_t* sequence, JournalState* state);

}  // namespace mote
