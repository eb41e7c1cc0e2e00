// The bytes of one record of the journal (docs/spec/flash-journal.md, J1 to J3).
#include <string.h>

#include "device/link/crc32.h"
#include "device/update/journal.h"

namespace mote {
namespace {

constexpr uint8_t kMagic[4] = {'M', 'O', 'T', 'K'};
constexpr uint32_t kCrcAt = kRecordBytes - 4;

// Walks over a record's fields in their order; the same list of fields serves both directions.
struct Put {
  uint8_t* at;
  void operator()(const void* field, size_t count) {
    memcpy(at, field, count);
    at += count;
  }
};
struct Get {
  const uint8_t* at;
  void operator()(void* field, size_t count) {
    memcpy(field, at, count);
    at += count;
  }
};

template <typename Each, typename State>
void fields(Each& each, State& state) {
  each(&state.confirmed, 1);
  each(&state.candidate, 1);
  each(&state.phase, 1);
  each(&state.last_status, 1);
  each(&state.boot, 4);
  each(&state.floor, 4);
  each(&state.sequence, 4);
  each(&state.time_floor, 4);
  each(&state.trial.windows, 4);
  each(&state.trial.seconds, 4);
  each(&state.trial.most_latency_us, 4);
  each(&state.trial.most_missed, 4);
  each(&state.root_epoch, 4);
  each(&state.image_epoch, 4);
  each(&state.director_epoch, 4);
  each(state.release, sizeof state.release);
  each(state.model_bytes, sizeof state.model_bytes);
  each(state.digest, sizeof state.digest);
  each(state.model_id, sizeof state.model_id);
  each(state.download_digest, sizeof state.download_digest);
  each(&state.download_bytes, 4);
  each(&state.decoded_bytes, 4);
  each(&state.trial.least_confidence, 2);
  each(&state.download_slot, 1);
}

bool is_slot(Slot slot) { return slot == Slot::a || slot == Slot::b || slot == Slot::none; }

bool is_sound(const JournalState& state) {
  if (!is_slot(state.confirmed) || !is_slot(state.candidate) || !is_slot(state.download_slot)) return false;
  if (state.phase == Phase::idle) return true;
  return (state.phase == Phase::staged || state.phase == Phase::trial) && state.candidate != Slot::none;
}

}  // namespace

void record_write(uint32_t sequence, const JournalState& state, uint8_t bytes[kRecordBytes]) {
  memset(bytes, 0, kRecordBytes);
  Put put{bytes};
  put(kMagic, sizeof kMagic);
  put(&sequence, sizeof sequence);
  fields(put, state);
  const uint32_t crc = crc32(bytes, kCrcAt);
  memcpy(bytes + kCrcAt, &crc, sizeof crc);
}

bool record_read(const uint8_t bytes[kRecordBytes], uint32_t* sequence, JournalState* state) {
  if (memcmp(bytes, kMagic, sizeof kMagic) != 0) return false;
  uint32_t crc;
  memcpy(&crc, bytes + kCrcAt, sizeof crc);
  if (crc != crc32(bytes, kCrcAt)) return false;

  Get get{bytes + sizeof kMagic};
  JournalState found;
  get(sequence, sizeof *sequence);
  fields(get, found);
  if (*sequence == 0 || *sequence > kLastSequence || !is_sound(found)) return false;
  *state = found;
  return true;
}

}  // namespace mote
