// Slots on flash.
#include "device/update/slots.h"

#include <string.h>

#include "device/model/container.h"

namespace mote {
namespace {

constexpr uint32_t kMaxProgramBytes = 32;
constexpr uint32_t kReadBytes = 128;

const uint8_t* mapped(const Updater& updater, Slot slot) { return updater.config.flash->mapped + slot_offset(updater, slot); }

}  // namespace

void digest_of_flash(const Updater& updater, uint32_t offset, uint32_t count, uint8_t digest[kDigestBytes]) {
  const Flash& flash = *updater.config.flash;
  const Crypto& crypto = *updater.config.crypto;
  HashState state;
  crypto.hash_begin(crypto.context, &state);
  while (count != 0) {
    uint8_t piece[kReadBytes];
    const uint32_t taken = count < kReadBytes ? count : kReadBytes;
    flash.read(flash.context, offset, piece, taken);
    crypto.hash_add(crypto.context, &state, piece, taken);
    offset += taken;
    count -= taken;
  }
  crypto.hash_end(crypto.context, &state, digest);
}

uint32_t slot_offset(const Updater& updater, Slot slot) {
  return updater.config.layout.slots[static_cast<uint8_t>(slot)] + kModelOffsetInSlot;
}

mote_status slot_erase(const Updater& updater, Slot slot, uint32_t from, uint32_t bytes) {
  const Flash& flash = *updater.config.flash;
  const uint32_t start = slot_offset(updater, slot);
  for (uint32_t at = from; at < bytes; at += flash.sector_bytes)
    if (flash.erase(flash.context, start + at) != MOTE_OK) return MOTE_FLASH_FAILED;
  return MOTE_OK;
}

mote_status slot_write(const Updater& updater, Slot slot, uint32_t at, const uint8_t* bytes, uint32_t count) {
  const Flash& flash = *updater.config.flash;
  const uint32_t offset = slot_offset(updater, slot) + at;
  const uint32_t rest = count % flash.program_bytes;
  const uint32_t whole = count - rest;
  if (whole != 0 && flash.program(flash.context, offset, bytes, whole) != MOTE_OK) return MOTE_FLASH_FAILED;
  if (rest == 0) return MOTE_OK;
  uint8_t unit[kMaxProgramBytes];
  memset(unit, flash.erased, sizeof unit);
  memcpy(unit, bytes + whole, rest);
  return flash.program(flash.context, offset + whole, unit, flash.program_bytes);
}

mote_status slot_check(const Updater& updater, Slot slot, uint32_t bytes, const uint8_t digest[kDigestBytes], Trusted* same) {
  *same = Trusted::no;
  if (bytes == 0 || bytes > updater.config.layout.slot_bytes) return MOTE_TOO_LARGE_FOR_SLOT;
  uint8_t found[kDigestBytes];
  digest_of_flash(updater, slot_offset(updater, slot), bytes, found);
  *same = compare_twice(found, digest, kDigestBytes);
  if (*same != Trusted::yes) return MOTE_DIGEST_MISMATCH;

  const uint8_t* model = mapped(updater, slot);
  uint32_t arena_bytes = 0;
  const mote_status status = mote_check(model, bytes, &arena_bytes, nullptr);
  if (status != MOTE_OK) return status;
  FileHeader header;
  memcpy(&header, model, sizeof header);
  if (header.target != static_cast<uint8_t>(Target::portable) && header.target != updater.config.target) return MOTE_WRONG_TARGET;
  return arena_bytes <= updater.config.arena_bytes ? MOTE_OK : MOTE_ARENA_TOO_SMALL;
}

Trusted slot_trusted(const Updater& updater, Slot slot) {
  if (slot == Slot::none) return Trusted::no;
  const auto index = static_cast<uint8_t>(slot);
  const JournalState& state = updater.state;
  if (state.release[index] == 0) return Trusted::no;
  Trusted same;
  const mote_status status = slot_check(updater, slot, state.model_bytes[index], state.digest[index], &same);
  return status == MOTE_OK ? same : Trusted::no;
}

mote_status slot_self_test(const Updater& updater, Slot slot, uint32_t bytes) {
  mote_model model;
  const UpdaterConfig& config = updater.config;
  const mote_status status = mote_open(&model, mapped(updater, slot), bytes, config.arena, config.arena_bytes);
  return status == MOTE_OK ? mote_self_test(&model) : status;
}

}  // namespace mote
