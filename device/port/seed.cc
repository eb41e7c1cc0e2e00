// Finding the newest seed and writing its successor.
#include "device/port/seed.h"

#include <string.h>

#include "device/link/crc32.h"

namespace mote {
namespace {

constexpr uint32_t kNoRecord = UINT32_MAX;

// As it stands in flash, little-endian; units to program are at most 32 bytes, so a record is a whole number of them.
struct SeedRecord {
  uint8_t magic[4];
  uint32_t generation;  // from 1
  uint8_t seed[kSeedBytes];
  uint8_t origin[4];     // CRC-32 of the provisioned seed: a device that was provisioned anew does not go on with old records
  uint8_t reserved[16];  // 0
  uint32_t check;        // CRC-32 of all before
};
static_assert(sizeof(SeedRecord) == kSeedRecordBytes, "no padding");
constexpr uint8_t kSeedMagic[4] = {'M', 'O', 'T', 'S'};

void store_origin(const SeedStore& store, uint8_t origin[4]) {
  const uint32_t value = crc32(store.provisioned, kSeedBytes);
  memcpy(origin, &value, sizeof value);
}

bool valid(const SeedStore& store, const SeedRecord& record) {
  uint8_t origin[4];
  store_origin(store, origin);
  return memcmp(record.magic, kSeedMagic, sizeof kSeedMagic) == 0 && memcmp(record.origin, origin, sizeof origin) == 0 &&
         record.generation != 0 && record.check == crc32(&record, offsetof(SeedRecord, check));
}

// True when it stands there afterwards. Where half-charged cells were taken for erased, the same record is put there as before,
// since it follows from the same seed: it charges the same cells.
bool put_record(const SeedStore& store, uint32_t at, const SeedRecord& record) {
  const Flash& flash = *store.flash;
  if (flash.program(flash.context, at, &record, sizeof record) != MOTE_OK) return false;
  SeedRecord back;
  flash.read(flash.context, at, &back, sizeof back);
  return memcmp(&back, &record, sizeof record) == 0;
}

uint32_t sector_of(const SeedStore& store, uint32_t at) { return at - at % store.flash->sector_bytes; }

// From `at` to the end of its sector. Returns where it stands now, or kNoRecord.
uint32_t put_from(const SeedStore& store, uint32_t at, const SeedRecord& record) {
  const uint32_t end = sector_of(store, at) + store.flash->sector_bytes;
  for (; at + kSeedRecordBytes <= end; at += kSeedRecordBytes)
    if (is_erased(*store.flash, at, kSeedRecordBytes) && put_record(store, at, record)) return at;
  return kNoRecord;
}

uint32_t put_in_fresh_sector(const SeedStore& store, uint32_t sector, const SeedRecord& record) {
  const Flash& flash = *store.flash;
  return flash.erase(flash.context, sector) == MOTE_OK ? put_from(store, sector, record) : kNoRecord;
}

}  // namespace

void seed_read(SeedStore* store, uint8_t seed[kSeedBytes]) {
  store->newest = kNoRecord;
  store->generation = 0;
  memcpy(seed, store->provisioned, kSeedBytes);
  const uint32_t end = store->offset + 2 * store->flash->sector_bytes;
  for (uint32_t at = store->offset; at < end; at += kSeedRecordBytes) {
    SeedRecord record;
    store->flash->read(store->flash->context, at, &record, sizeof record);
    if (!valid(*store, record) || record.generation <= store->generation) continue;
    store->newest = at;
    store->generation = record.generation;
    memcpy(seed, record.seed, kSeedBytes);
  }
}

mote_status seed_replace(SeedStore* store, const uint8_t seed[kSeedBytes]) {
  SeedRecord record;
  memset(&record, 0, sizeof record);
  memcpy(record.magic, kSeedMagic, sizeof kSeedMagic);
  record.generation = store->generation + 1;
  memcpy(record.seed, seed, kSeedBytes);
  store_origin(*store, record.origin);
  record.check = crc32(&record, offsetof(SeedRecord, check));
  const uint32_t sector_bytes = store->flash->sector_bytes;
  uint32_t at = kNoRecord, other = store->offset;
  if (store->newest != kNoRecord) {
    const uint32_t next = store->newest + kSeedRecordBytes;
    if (sector_of(*store, next) == sector_of(*store, store->newest)) at = put_from(*store, next, record);
    other = 2 * store->offset + sector_bytes - sector_of(*store, store->newest);
  }
  if (at == kNoRecord) at = put_in_fresh_sector(*store, other, record);
  if (at == kNoRecord) return MOTE_FLASH_FAILED;
  store->newest = at;
  store->generation = record.generation;
  return MOTE_OK;
}

}  // namespace mote
