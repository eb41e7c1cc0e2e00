// A device's updater over simulated flash.
#pragma once

#include <cstring>

#include "device/update/updater.h"
#include "ota/simulated_flash/flash_simulator.h"
#include "tests/update/publisher.h"

namespace mote {

constexpr uint32_t kTestSlotBytes = 8192;

// Two journal sectors and two slots, with a sector between them that nobody may touch.
inline FlashGeometry test_geometry(uint32_t sector_bytes, uint32_t program_bytes, uint8_t erased) {
  return {.bytes = 3 * sector_bytes + 2 * kTestSlotBytes,
          .sector_bytes = sector_bytes,
          .program_bytes = program_bytes,
          .erased = erased};
}

class TestDevice {
 public:
  TestDevice(const FlashGeometry& geometry, const Crypto& crypto, const Publisher& publisher)
      : simulator(std::move(FlashSimulator::in_memory(geometry, 1)).value()), crypto_(crypto), flash_(simulator->port()) {
    std::strcpy(identity.device, "press-04");
    std::strcpy(identity.device_class, "vibration");
    std::strcpy(identity.cohort, "hall-2");
    std::memcpy(identity.image_key, publisher.image_key.public_key.data(), kPublicKeyBytes);
    std::memcpy(identity.director_key, publisher.director_key.public_key.data(), kPublicKeyBytes);
    const uint32_t sector = geometry.sector_bytes;
    config = {&flash_,
              &crypto_,
              &identity,
              {.journal = 0, .slots = {3 * sector, 3 * sector + kTestSlotBytes}, .slot_bytes = kTestSlotBytes},
              arena_.data(),
              static_cast<uint32_t>(arena_.size()),
              0};
  }

  mote_status boot() { return updater_boot(&updater, config); }
  mote_status desire(const Bytes& desired) { return updater_desire(&updater, desired.data(), desired.size()); }

  mote_status take_chunk(const Offer& offer, uint32_t index) {
    const ChunkTree tree({offer.model.data(), offer.model.size()}, offer.image.chunk_bytes);
    const Bytes proof = tree.proof(index);
    const ByteView chunk = tree.chunk(index);
    return updater_take_chunk(&updater, offer.image.payloads[0].digest.data(), index, proof.data(), proof.size(), chunk.data(),
                              chunk.size());
  }

  mote_status download(const Offer& offer) {
    for (uint32_t i = 0; i < updater.chunk_count; ++i)
      if (const mote_status status = take_chunk(offer, i); status != MOTE_OK) return status;
    return MOTE_OK;
  }

  // From a directive to the running trial; the first status that is not MOTE_OK.
  mote_status try_out(const Offer& offer, const Bytes& desired) {
    mote_status status = desire(desired);
    if (status == MOTE_OK) status = download(offer);
    if (status == MOTE_OK) status = updater_stage(&updater);
    return status == MOTE_OK ? updater_begin_trial(&updater) : status;
  }
  mote_status install(const Offer& offer, const Bytes& desired) {
    const mote_status status = try_out(offer, desired);
    return status == MOTE_OK ? updater_confirm(&updater) : status;
  }

  // SHA-256 of what runs; all zero when nothing does.
  Digest running() const {
    uint32_t count = 0;
    const uint8_t* model = updater_model(updater, &count);
    return model == nullptr ? Digest{} : sha256({model, count});
  }

  Identity identity{};
  UpdaterConfig config{};
  std::unique_ptr<FlashSimulator> simulator;
  Updater updater{};

 private:
  Crypto crypto_;
  Flash flash_;
  AlignedBytes arena_ = AlignedBytes(8192);
};

inline Digest digest_of(const Offer& offer) { return offer.image.payloads[0].digest; }

}  // namespace mote
