// Replaying and appending to the two-sector journal (docs/spec/flash-journal.md, J4 to J7).
#include "device/update/journal.h"

#include <string.h>

namespace mote {
namespace {

uint32_t places_of(const Flash& flash) { return flash.sector_bytes / kRecordBytes; }

// Sector 0 or 1 of the journal, and the place in it.
struct Place {
  uint32_t sector;
  uint32_t index;
};

uint32_t offset_of(const Journal& journal, Place place) {
  return journal.start + place.sector * journal.flash->sector_bytes + place.index * kRecordBytes;
}

Place place_at(const Journal& journal, uint32_t offset) {
  // The place after a sector's last is given as that sector's end, so the offset before it says which sector is meant.
  const uint32_t sector = (offset - 1 - journal.start) / journal.flash->sector_bytes;
  return {sector, (offset - journal.start - sector * journal.flash->sector_bytes) / kRecordBytes};
}

bool reads_erased(const Flash& flash, uint32_t offset) {
  uint8_t bytes[kRecordBytes];
  flash.read(flash.context, offset, bytes, kRecordBytes);
  for (uint32_t i = 0; i < kRecordBytes; ++i)
    if (bytes[i] != flash.erased) return false;
  return true;
}

// J6: programs, reads back, and answers whether the place kept it.
bool keep(const Flash& flash, uint32_t offset, const uint8_t record[kRecordBytes]) {
  if (flash.program(flash.context, offset, record, kRecordBytes) != MOTE_OK) return false;
  uint8_t kept[kRecordBytes];
  flash.read(flash.context, offset, kept, kRecordBytes);
  return memcmp(kept, record, kRecordBytes) == 0;
}

// Every place costs a number, also one that is left behind: should a torn record become readable later, it is older than the
// one that was written in its stead (J5).
bool append_from(Journal* journal, Place from, uint32_t sequence, const JournalState& state) {
  const Flash& flash = *journal->flash;
  for (; from.index < places_of(flash); ++from.index, ++sequence) {
    const uint32_t offset = offset_of(*journal, from);
    if (!reads_erased(flash, offset)) continue;
    uint8_t record[kRecordBytes];
    record_write(sequence, state, record);
    if (!keep(flash, offset, record)) continue;
    journal->sequence = sequence;
    journal->next = offset + kRecordBytes;
    return true;
  }
  return false;
}

}  // namespace

bool journal_read(const Flash& flash, uint32_t start, Journal* journal, JournalState* state) {
  *journal = Journal{&flash, start, 0, 0};
  for (uint32_t sector = 0; sector < 2; ++sector) {
    for (uint32_t index = 0; index < places_of(flash); ++index) {
      const uint32_t offset = offset_of(*journal, {sector, index});
      uint8_t bytes[kRecordBytes];
      flash.read(flash.context, offset, bytes, kRecordBytes);
      uint32_t sequence;
      JournalState found;
      if (!record_read(bytes, &sequence, &found) || sequence < journal->sequence) continue;
      *state = found;
      journal->sequence = sequence;
      journal->next = offset + kRecordBytes;
    }
  }
  return journal->sequence != 0;
}

mote_status journal_append(Journal* journal, const JournalState& state) {
  const Flash& flash = *journal->flash;
  uint32_t other = 0;
  uint32_t sequence = journal->sequence + 1;
  if (journal->next != 0) {
    const Place place = place_at(*journal, journal->next);
    if (append_from(journal, place, sequence, state)) return MOTE_OK;
    other = 1 - place.sector;
    sequence += places_of(flash) - place.index;
  }
  if (flash.erase(flash.context, journal->start + other * flash.sector_bytes) != MOTE_OK) return MOTE_FLASH_FAILED;
  return append_from(journal, {other, 0}, sequence, state) ? MOTE_OK : MOTE_FLASH_FAILED;
}

}  // namespace mote
