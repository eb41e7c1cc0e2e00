// What must hold for any bytes that pretend to be documents or a journal, for the fuzzers and for the tests.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "device/link/crc32.h"
#include "device/update/documents.h"
#include "device/update/envelope.h"
#include "device/update/journal.h"
#include "device/update/test/ram_flash.h"
#include "device/update/trust.h"

namespace mote {

// Every field that a reader gives out lies inside the bytes it was read from. True when the document was accepted.
inline bool is_inside(const std::vector<uint8_t>& bytes, const uint8_t* data, size_t count) {
  if (count == 0) return true;
  return data >= bytes.data() && count <= bytes.size() && data + count <= bytes.data() + bytes.size();
}

inline bool read_any_image(const uint8_t* from, size_t count) {
  const std::vector<uint8_t> bytes(from, from + count);  // of exactly its size, so that AddressSanitizer sees a step outside
  ImageView image;
  if (read_image(bytes.data(), static_cast<uint32_t>(count), &image) != MOTE_OK) return false;
  const bool inside = is_inside(bytes, image.name.data, image.name.count) && is_inside(bytes, image.model_id, kDigestBytes) &&
                      is_inside(bytes, image.device_class.data, image.device_class.count) &&
                      is_inside(bytes, image.operators.data, image.operators.count * sizeof(OperatorRecord)) &&
                      is_inside(bytes, image.payloads.data, image.payloads.count * sizeof(PayloadRecord)) &&
                      is_inside(bytes, image.deltas.data, image.deltas.count * sizeof(DeltaRecord));
  if (!inside || image.payloads.count == 0 || image.release == 0) std::abort();
  for (uint32_t i = 0; i < image.operators.count; ++i) (void)operator_at(image, i);
  for (uint32_t i = 0; i < image.payloads.count; ++i)
    if (payload_at(image, i).bytes == 0) std::abort();
  return true;
}

inline bool read_any_directive(const uint8_t* from, size_t count) {
  const std::vector<uint8_t> bytes(from, from + count);
  DirectiveView directive;
  if (read_directive(bytes.data(), static_cast<uint32_t>(count), &directive) != MOTE_OK) return false;
  const bool inside = is_inside(bytes, directive.device.data, directive.device.count) &&
                      is_inside(bytes, directive.cohort.data, directive.cohort.count) &&
                      is_inside(bytes, directive.image_digest, kDigestBytes);
  if (!inside || directive.sequence == 0 || directive.device.count > kMaxNameBytes) std::abort();
  (void)says(directive.device, "press-04");
  return true;
}

// Crypto that finds every signature good, so that the fuzzer gets past it.
inline Crypto believing_crypto() {
  Crypto crypto{};
  crypto.hash_begin = [](void*, HashState* state) { std::memset(state->bytes, 0, sizeof state->bytes); };
  crypto.hash_add = [](void*, HashState* state, const void* bytes, size_t count) {
    for (size_t i = 0; i < count; ++i)
      state->bytes[i % 32] = static_cast<uint8_t>(state->bytes[i % 32] * 31 + static_cast<const uint8_t*>(bytes)[i]);
  };
  crypto.hash_end = [](void*, HashState* state, uint8_t* digest) { std::memcpy(digest, state->bytes, kDigestBytes); };
  crypto.verify = [](void*, const uint8_t*, const uint8_t*, const uint8_t*) { return Trusted::yes; };
  crypto.sign = [](void*, const uint8_t*, const uint8_t*, uint8_t*) { return false; };
  return crypto;
}

inline bool open_any_envelope(const uint8_t* from, size_t count) {
  const std::vector<uint8_t> bytes(from, from + count);
  const uint8_t key[kPublicKeyBytes] = {};
  Opened opened;
  if (open_envelope(believing_crypto(), EnvelopeType::image, single_key(key), bytes.data(), count, &opened) != MOTE_OK)
    return false;
  if (opened.envelope_bytes > count || opened.payload_bytes + kEnvelopeOverhead != opened.envelope_bytes) std::abort();
  if (opened.payload != bytes.data() + kEnvelopeHeaderBytes) std::abort();
  return true;
}

inline bool read_any_root(const uint8_t* from, size_t count) {
  const std::vector<uint8_t> bytes(from, from + count);
  Trust trust;
  if (read_trust(believing_crypto(), bytes.data(), count, &trust) != MOTE_OK) return false;
  for (const KeySet* role : {&trust.root, &trust.standby, &trust.image, &trust.director}) {
    const bool sound = role->count >= 1 && role->count <= kMaxRoleKeys && role->threshold >= 1 && role->threshold <= role->count;
    if (!sound || !is_inside(bytes, role->keys, role->count * kPublicKeyBytes)) std::abort();
  }
  if (trust.epoch == 0 || !is_inside(bytes, trust.removed, trust.removed_count * kRemovedIdBytes)) std::abort();
  return true;
}

// The same bytes with the magic and the checksum that every place would have, so that what is behind them is tried as well.
inline std::vector<uint8_t> with_checksums(std::vector<uint8_t> bytes) {
  for (size_t at = 0; at + kRecordBytes <= bytes.size(); at += kRecordBytes) {
    if (std::memcmp(bytes.data() + at, "MOTR", 4) == 0) continue;
    std::memcpy(bytes.data() + at, "MOTK", 4);
    const uint32_t crc = crc32(bytes.data() + at, kRecordBytes - 4);
    std::memcpy(bytes.data() + at + kRecordBytes - 4, &crc, sizeof crc);
  }
  return bytes;
}

constexpr uint32_t kAnyHalf = 2048;  // of a journal of four sectors

// Four sectors of anything: what is read is sound, and the next record is what is read after it.
inline bool replay_any_journal(const uint8_t* from, size_t count) {
  RamFlash flash(1024, 4, 0xFF, 0xFF);
  std::copy_n(from, std::min<size_t>(count, flash.memory.size()), flash.memory.begin());
  Journal journal;
  JournalState state;
  std::memset(&state, 0, sizeof state);
  state.confirmed = state.candidate = state.download_slot = Slot::none;
  const bool found = journal_read(flash.port, 0, kAnyHalf, &journal, &state);
  ++state.boot;
  const uint32_t sequence = journal.sequence;
  const bool exhausted = sequence > kLastSequence - 2 * kAnyHalf / kRecordBytes;
  if ((journal_append(&journal, state) != MOTE_OK) != exhausted) std::abort();
  if (exhausted) return found;
  if (journal.sequence <= sequence) std::abort();
  Journal again;
  JournalState read;
  if (!journal_read(flash.port, 0, kAnyHalf, &again, &read) || again.sequence < journal.sequence || again.next < journal.next)
    std::abort();
  if (again.root_at != 0 && again.root_at + again.root_bytes > flash.memory.size()) std::abort();
  if (read.boot != state.boot || read.confirmed != state.confirmed || read.floor != state.floor) std::abort();
  return found;
}

}  // namespace mote
