// Out of a delta and the running model the wanted one, from flash to flash (docs/spec/delta.md).
#include <string.h>

#include "device/update/delta.h"
#include "device/update/parts.h"
#include "device/update/slots.h"

namespace mote {
namespace {

constexpr uint32_t kPieceBytes = 256;  // a multiple of every program unit

struct FlashStretch {
  const Flash* flash;
  uint32_t start;
};

DeltaBytes in_flash(const FlashStretch& stretch, uint32_t count) {
  return {const_cast<FlashStretch*>(&stretch),
          [](void* context, uint32_t offset, void* to, uint32_t wanted) {
            const auto* from = static_cast<const FlashStretch*>(context);
            from->flash->read(from->flash->context, from->start + offset, to, wanted);
          },
          count};
}

// J16: what is made need not be made again. A record that cannot be written costs no more than that.
void note_decoded(Updater* updater, uint32_t made) {
  const uint32_t step = progress_step(*updater, updater->wanted_bytes);
  if (made < updater->state.decoded_bytes + step || made % updater->config.flash->sector_bytes != 0) return;
  JournalState next = updater->state;
  next.decoded_bytes = made;
  (void)record(updater, next);
}

// What was made before an interruption is made once more, since the coder's state depends on it, but is not written.
mote_status decode_all(Updater* updater, const DeltaCodecs& codecs, void* decoder) {
  const uint32_t kept = updater->state.decoded_bytes < updater->wanted_bytes ? updater->state.decoded_bytes : 0;
  if (slot_erase(*updater, updater->target_slot, kept, updater->wanted_bytes) != MOTE_OK) return MOTE_FLASH_FAILED;
  uint32_t made = 0;
  while (made < updater->wanted_bytes) {
    uint8_t piece[kPieceBytes];
    const uint32_t left = updater->wanted_bytes - made, count = left < kPieceBytes ? left : kPieceBytes;
    const mote_status status = codecs.next(decoder, piece, count);
    if (status != MOTE_OK) return status;
    if (made >= kept && slot_write(*updater, updater->target_slot, made, piece, count) != MOTE_OK) return MOTE_FLASH_FAILED;
    made += count;
    if (made > kept) note_decoded(updater, made);
  }
  return MOTE_OK;
}

// What every device decodes. The decoder lies in the arena, which stands still while a candidate is checked.
constexpr DeltaCodecs kOwnCodec = {
    nullptr, mask_of(DeltaCodec::subtract),
    [](void* arena, const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes, DeltaCodec) {
      return delta_begin(static_cast<DeltaDecoder*>(arena), delta, base, target_bytes);
    },
    [](void* arena, uint8_t* to, uint32_t count) { return delta_next(static_cast<DeltaDecoder*>(arena), to, count); },
    [](void*) {}};

}  // namespace

uint32_t updater_codecs(const UpdaterConfig& config) {
  const uint32_t own = config.arena_bytes >= sizeof(DeltaDecoder) ? kOwnCodec.mask : 0;
  return own | (config.codecs != nullptr ? config.codecs->mask & ~kOwnCodec.mask : 0);
}

mote_status decode_transfer(Updater* updater) {
  const UpdaterConfig& config = updater->config;
  const uint32_t target = slot_offset(*updater, updater->target_slot);
  const FlashStretch delta{config.flash, target + transfer_offset(*updater)};
  const FlashStretch base{config.flash, slot_offset(*updater, updater->running)};
  const DeltaBytes delta_bytes = in_flash(delta, updater->transfer.bytes);
  const DeltaBytes base_bytes = in_flash(base, updater->state.model_bytes[static_cast<uint8_t>(updater->running)]);
  const auto codec = static_cast<DeltaCodec>(updater->transfer.codec);
  const bool is_own = codec == DeltaCodec::subtract;
  const DeltaCodecs& codecs = is_own ? kOwnCodec : *config.codecs;
  void* decoder = is_own ? config.arena : codecs.context;
  mote_status status = codecs.begin(decoder, delta_bytes, base_bytes, updater->wanted_bytes, codec);
  if (status == MOTE_OK) status = decode_all(updater, codecs, decoder);
  codecs.end(decoder);
  return status;
}

}  // namespace mote
