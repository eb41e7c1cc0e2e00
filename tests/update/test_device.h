// A device's updater over simulated flash.
#pragma once

#include <cstring>
#include <map>
#include <vector>

#include "device/update/updater.h"
#include "ota/delta/zstd.h"
#include "ota/simulated_flash/flash_simulator.h"
#include "ota/trust/key_ring.h"
#include "tests/update/publisher.h"

namespace mote {

constexpr uint32_t kTestSlotBytes = 12'288;

// A half of the journal: sectors enough for a root and some records.
inline uint32_t journal_half_of(uint32_t sector_bytes) { return std::max<uint32_t>(sector_bytes, kMinJournalHalfBytes); }

// A journal and two slots, with a sector between them that nobody may touch.
inline FlashGeometry test_geometry(uint32_t sector_bytes, uint32_t program_bytes, uint8_t erased) {
  return {.bytes = 2 * journal_half_of(sector_bytes) + sector_bytes + 2 * std::max(kTestSlotBytes, sector_bytes),
          .sector_bytes = sector_bytes,
          .program_bytes = program_bytes,
          .erased = erased};
}

class TestDevice {
 public:
  TestDevice(const FlashGeometry& geometry, const Crypto& crypto, const Publisher& publisher)
      : simulator(std::move(FlashSimulator::in_memory(geometry, 1)).value()),
        root_(sure(root_document(publisher.root()))),
        crypto_(crypto),
        flash_(simulator->port()) {
    identity = test_identity("press-04", "vibration", "hall-2", test_key(200), root_);
    const uint32_t half = journal_half_of(geometry.sector_bytes), slots = 2 * half + geometry.sector_bytes;
    const uint32_t slot_bytes = std::max(kTestSlotBytes, geometry.sector_bytes);
    config = {&flash_,
              &crypto_,
              &identity,
              {.journal = 0, .journal_half_bytes = half, .slots = {slots, slots + slot_bytes}, .slot_bytes = slot_bytes},
              arena_.data(),
              static_cast<uint32_t>(arena_.size()),
              0,
              nullptr};
  }

  mote_status boot() { return updater_boot(&updater, config); }
  mote_status desire(const Bytes& desired) { return updater_desire(&updater, desired.data(), desired.size()); }

  // As a device with memory to spare, which decodes zstd too.
  void give_zstd() { config.codecs = &zstd_port_; }

  // Of the model itself, or of the delta that the device has chosen.
  mote_status take_chunk(const Offer& offer, uint32_t index) {
    Digest digest = offer.image.payloads[0].digest;
    ByteView bytes(offer.model.data(), offer.model.size());
    for (size_t i = 0; updater.transfer.codec != 0 && i < offer.image.deltas.size(); ++i) {
      if (std::memcmp(offer.image.deltas[i].digest.data(), updater.transfer.digest, kDigestBytes) != 0) continue;
      digest = offer.image.deltas[i].digest;
      bytes = offer.deltas[i];
    }
    std::vector<Chunk>& chunks = chunks_[digest];
    if (chunks.empty()) chunks = cut(bytes, offer.image.chunk_bytes);
    const Chunk& chunk = chunks.at(index);
    return updater_take_chunk(&updater, digest.data(), index, chunk.proof.data(), chunk.proof.size(), chunk.data.data(),
                              chunk.data.size());
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
  struct Chunk {
    Bytes proof, data;
  };
  static std::vector<Chunk> cut(ByteView bytes, uint32_t chunk_bytes) {
    const ChunkTree tree(bytes, chunk_bytes);
    std::vector<Chunk> chunks;
    for (uint32_t i = 0; i < tree.count(); ++i)
      chunks.push_back({tree.proof(i), Bytes(tree.chunk(i).begin(), tree.chunk(i).end())});
    return chunks;
  }

  std::map<Digest, std::vector<Chunk>> chunks_;  // by the payload, since a tree takes longer than a power cut
  Bytes root_;
  Crypto crypto_;
  Flash flash_;
  ZstdDecoder zstd_;
  DeltaCodecs zstd_port_ = zstd_.port();
  AlignedBytes arena_ = AlignedBytes(8192);
};

inline Digest digest_of(const Offer& offer) { return offer.image.payloads[0].digest; }

}  // namespace mote
