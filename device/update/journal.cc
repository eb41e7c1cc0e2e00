// Replaying and appending to the journal's two halves (docs/spec/flash-journal.md, J4 to J7 and J15).
#include "device/update/journal.h"

#include <string.h>

#include "device/link/crc32.h"
#include "device/update/trust.h"

namespace mote {
namespace {

constexpr uint8_t kRootMagic[4] = {'M', 'O', 'T', 'R'};

uint32_t places_of(const Journal& journal) { return journal.half_bytes / kRecordBytes; }

// Half 0 or 1 of the journal, and the place in it.
struct Place {
  uint32_t half;
  uint32_t index;
};

uint32_t offset_of(const Journal& journal, Place place) {
  return journal.start + place.half * journal.half_bytes + place.index * kRecordBytes;
}

Place place_at(const Journal& journal, uint32_t offset) {
  // The place after a half's last is given as that half's end, so the offset before it says which half is meant.
  const uint32_t half = (offset - 1 - journal.start) / journal.half_bytes;
  return {half, (offset - journal.start - half * journal.half_bytes) / kRecordBytes};
}

// J6: programs, reads back, and answers whether the place kept it.
bool keep(const Flash& flash, uint32_t offset, const uint8_t record[kRecordBytes]) {
  if (flash.program(flash.context, offset, record, kRecordBytes) != MOTE_OK) return false;
  uint8_t kept[kRecordBytes];
  flash.read(flash.context, offset, kept, kRecordBytes);
  return memcmp(kept, record, kRecordBytes) == 0;
}

// A root as it is to stand in flash: its header, and where its document comes from.
struct RootSource {
  uint8_t header[kRootHeaderBytes];
  const uint8_t* bytes;
  uint32_t count;
  uint32_t places() const { return count == 0 ? 0 : (kRootHeaderBytes + count - 1) / kRecordBytes + 1; }
};

RootSource source_of(uint32_t epoch, const uint8_t* bytes, uint32_t count) {
  RootSource source{{}, bytes, count};
  if (count == 0) return source;
  memcpy(source.header, kRootMagic, 4);
  memcpy(source.header + 4, &epoch, 4);
  memcpy(source.header + 8, &count, 4);
  const uint32_t crc = crc32(bytes, count, crc32(source.header, 12));
  memcpy(source.header + 12, &crc, 4);
  return source;
}

// What of the root stands in its place number `index`.
void fill_place(const RootSource& source, uint32_t index, uint8_t place[kRecordBytes]) {
  memset(place, 0, kRecordBytes);
  uint32_t to = 0;
  if (index == 0) {
    memcpy(place, source.header, kRootHeaderBytes);
    to = kRootHeaderBytes;
  }
  const uint32_t from = index == 0 ? 0 : index * kRecordBytes - kRootHeaderBytes;
  const uint32_t left = source.count - from, room = kRecordBytes - to;
  memcpy(place + to, source.bytes + from, left < room ? left : room);
}

// Writes the root into places that follow one another; false when one of them does not keep it.
bool put_root(const Journal& journal, Place from, const RootSource& source) {
  for (uint32_t i = 0; i < source.places(); ++i) {
    const uint32_t offset = offset_of(journal, {from.half, from.index + i});
    uint8_t place[kRecordBytes];
    fill_place(source, i, place);
    if (!is_erased(*journal.flash, offset, kRecordBytes) || !keep(*journal.flash, offset, place)) return false;
  }
  return true;
}

// The document of epoch `epoch` that stands intact at a place, and how long it is; 0: there is none.
uint32_t root_standing_at(const Journal& journal, Place place, uint32_t epoch) {
  const Flash& flash = *journal.flash;
  const uint32_t offset = offset_of(journal, place);
  uint8_t header[kRootHeaderBytes];
  flash.read(flash.context, offset, header, sizeof header);
  uint32_t found_epoch, count, crc;
  memcpy(&found_epoch, header + 4, 4);
  memcpy(&count, header + 8, 4);
  memcpy(&crc, header + 12, 4);
  const uint32_t room = (places_of(journal) - place.index) * kRecordBytes - kRootHeaderBytes;
  if (memcmp(header, kRootMagic, 4) != 0 || found_epoch != epoch || count == 0 || count > kMaxRootBytes || count > room) return 0;
  const uint8_t* document = flash.mapped + offset + kRootHeaderBytes;
  return crc == crc32(document, count, crc32(header, 12)) ? count : 0;
}

// J15: the last intact root of the state's epoch that stands before the state, in its half.
void find_root(Journal* journal, uint32_t epoch) {
  journal->root_at = 0;
  journal->root_bytes = 0;
  if (epoch == 0) return;
  const Place end = place_at(*journal, journal->next);
  for (uint32_t index = 0; index + 1 < end.index; ++index) {
    const uint32_t count = root_standing_at(*journal, {end.half, index}, epoch);
    if (count == 0) continue;
    journal->root_at = offset_of(*journal, {end.half, index}) + kRootHeaderBytes;
    journal->root_bytes = count;
  }
}

// J6: what was being written when the power went stands behind the newest record, and its cells may read erased now and otherwise
// later. So the first place that reads erased is left out, and all before it.
void leave_gap(Journal* journal) {
  const Place after = place_at(*journal, journal->next);
  uint32_t first = places_of(*journal);
  while (first > after.index && reads_erased(*journal->flash, offset_of(*journal, {after.half, first - 1}), kRecordBytes))
    --first;
  const uint32_t next = first < places_of(*journal) ? first + 1 : first;
  journal->sequence += next - after.index;
  journal->next = offset_of(*journal, {after.half, next});
}

// Every place costs a number, also one that is left behind: should a torn record become readable later, it is older than the
// one that was written in its stead (J5).
bool append_from(Journal* journal, Place from, uint32_t sequence, const JournalState& state, const RootSource& root) {
  uint32_t root_at = 0;
  const uint32_t needed = root.places();
  while (needed != 0 && root_at == 0) {
    if (from.index + needed >= places_of(*journal)) return false;
    if (put_root(*journal, from, root)) root_at = offset_of(*journal, from) + kRootHeaderBytes;
    const uint32_t taken = root_at != 0 ? needed : 1;
    from.index += taken;
    sequence += taken;
  }
  for (; from.index < places_of(*journal); ++from.index, ++sequence) {
    const uint32_t offset = offset_of(*journal, from);
    if (!is_erased(*journal->flash, offset, kRecordBytes)) continue;
    uint8_t record[kRecordBytes];
    record_write(sequence, state, record);
    if (!keep(*journal->flash, offset, record)) continue;
    journal->sequence = sequence;
    journal->next = offset + kRecordBytes;
    if (root_at == 0) return true;
    journal->root_at = root_at;
    journal->root_bytes = root.count;
    return true;
  }
  return false;
}

mote_status erase_half(const Journal& journal, uint32_t half) {
  const Flash& flash = *journal.flash;
  const uint32_t start = journal.start + half * journal.half_bytes;
  for (uint32_t at = 0; at < journal.half_bytes; at += flash.sector_bytes)
    if (flash.erase(flash.context, start + at) != MOTE_OK) return MOTE_FLASH_FAILED;
  return MOTE_OK;
}

}  // namespace

bool journal_read(const Flash& flash, uint32_t start, uint32_t half_bytes, Journal* journal, JournalState* state) {
  *journal = Journal{&flash, start, half_bytes, 0, 0, 0, 0};
  for (uint32_t half = 0; half < 2; ++half) {
    for (uint32_t index = 0; index < places_of(*journal); ++index) {
      const uint32_t offset = offset_of(*journal, {half, index});
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
  if (journal->sequence == 0) return false;
  find_root(journal, state->root_epoch);
  leave_gap(journal);
  return true;
}

mote_status journal_append(Journal* journal, const JournalState& state, const FreshRoot* fresh) {
  const uint8_t* mapped = journal->flash->mapped;
  const RootSource none{{}, nullptr, 0};
  const RootSource fresh_root = fresh == nullptr ? none : source_of(state.root_epoch, fresh->bytes, fresh->count);
  if (journal->sequence > kLastSequence - 2 * places_of(*journal)) return MOTE_FLASH_FAILED;  // what is written would not be read
  uint32_t other = 0;
  uint32_t sequence = journal->sequence + 1;
  if (journal->next != 0) {
    const Place place = place_at(*journal, journal->next);
    if (append_from(journal, place, sequence, state, fresh_root)) return MOTE_OK;
    other = 1 - place.half;
    sequence += places_of(*journal) - place.index;
  }
  if (erase_half(*journal, other) != MOTE_OK) return MOTE_FLASH_FAILED;
  const RootSource root =
      fresh != nullptr ? fresh_root : source_of(state.root_epoch, mapped + journal->root_at, journal->root_bytes);
  return append_from(journal, {other, 0}, sequence, state, root) ? MOTE_OK : MOTE_FLASH_FAILED;
}

}  // namespace mote
