// The random seed of a device without a source of randomness: provisioned once, and replaced at every start before anything is
// drawn from it (docs/spec/network.md, N7 to N10).
//
// Two sectors hold records of kSeedRecordBytes one after the other; the one with the highest generation counts. The next record
// goes into the first erased place behind it, or, when there is none, to the start of the other sector, which is erased first. So
// a valid record is never erased before a newer one stands, and a write that the power cut off leaves the one before it.
//
// A seed is used only after its successor was written and read back in the same start. So it cannot be used twice: whichever
// record a torn write leaves, its seed has not been used yet, or is not the newest.
#pragma once

#include "device/port/flash.h"

namespace mote {

constexpr size_t kSeedBytes = 32;
constexpr size_t kSeedRecordBytes = 64;

// For each start: seed_read, then seed_replace with bytes that were derived from it, then use.
struct SeedStore {
  const Flash* flash;
  uint32_t offset;             // of two sectors
  const uint8_t* provisioned;  // kSeedBytes; what counts as long as no record was ever written
  uint32_t newest;             // offset of the newest record; UINT32_MAX: none
  uint32_t generation;
};

// Finds the newest record and copies its seed, or the provisioned one.
void seed_read(SeedStore* store, uint8_t seed[kSeedBytes]);

// After seed_read. MOTE_FLASH_FAILED when the flash took it nowhere: then the seed that was read must not be used.
mote_status seed_replace(SeedStore* store, const uint8_t seed[kSeedBytes]);

}  // namespace mote
