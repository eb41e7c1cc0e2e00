// The signed time beacon: a device without a clock still knows that some moment has passed (J14).
#include <string.h>

#include "device/update/envelope.h"
#include "device/update/parts.h"

namespace mote {
namespace {

constexpr uint32_t kBeaconBytes = 8;
constexpr uint32_t kRecordEvery = 3600;  // seconds of the time floor

}  // namespace

mote_status updater_take_time(Updater* updater, const uint8_t* bytes, size_t count) {
  if (count > envelope_overhead(kMaxRoleKeys) + kBeaconBytes) return MOTE_MALFORMED;
  if (!has_trust(*updater)) return MOTE_WRONG_EPOCH;
  Opened opened;
  const mote_status status =
      open_envelope(*updater->config.crypto, EnvelopeType::time, updater->trust.director, bytes, count, &opened);
  if (status != MOTE_OK) return status;
  if (opened.payload_bytes != kBeaconBytes || opened.envelope_bytes != count) return MOTE_MALFORMED;
  uint64_t seconds;
  memcpy(&seconds, opened.payload, sizeof seconds);
  if (seconds > UINT32_MAX) return MOTE_MALFORMED;
  if (seconds <= updater->state.time_floor) return MOTE_OK;
  updater->state.time_floor = static_cast<uint32_t>(seconds);
  if (updater->state.time_floor - updater->time_recorded < kRecordEvery) return MOTE_OK;
  return record(updater, updater->state);
}

}  // namespace mote
