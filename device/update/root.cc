// The root in force, and the one that follows it (docs/spec/trust.md).
#include "device/update/envelope.h"
#include "device/update/parts.h"

namespace mote {
namespace {

// K10: counters belong to the keys that signed them; and what the old keys began is not brought to an end.
JournalState under_new_keys(const Updater& updater, const Trust& next) {
  JournalState state = updater.state;
  const bool images = next.image.epoch != state.image_epoch, directives = next.director.epoch != state.director_epoch;
  if ((images || directives) && state.candidate != Slot::none) state = without_candidate(state, MOTE_WRONG_EPOCH);
  if (images) state.floor = 0;
  if (directives) state.sequence = 0;
  state.root_epoch = next.epoch;
  state.image_epoch = next.image.epoch;
  state.director_epoch = next.director.epoch;
  return state;
}

}  // namespace

mote_status load_trust(Updater* updater) {
  const Journal& journal = updater->journal;
  const Crypto& crypto = *updater->config.crypto;
  const uint8_t* recorded = journal.flash->mapped + journal.root_at;
  if (journal.root_at != 0 && read_trust(crypto, recorded, journal.root_bytes, &updater->trust) == MOTE_OK) return MOTE_OK;
  const Identity& identity = *updater->config.identity;
  return read_trust(crypto, identity.root, identity.root_bytes, &updater->trust);
}

mote_status updater_take_root(Updater* updater, const uint8_t* bytes, size_t count) {
  Trust next;
  RootProof proof{};
  const mote_status status = read_successor(*updater->config.crypto, updater->trust, bytes, count, &next, &proof);
  if (status != MOTE_OK) return status;
  if (!is_proved(proof, updater->trust, next)) return MOTE_BAD_SIGNATURE;
  if (next.epoch < updater->state.root_epoch) return MOTE_STALE_ROOT;

  const JournalState state = under_new_keys(*updater, next);
  const bool ended = state.image_epoch != updater->state.image_epoch || state.director_epoch != updater->state.director_epoch;
  Opened opened;
  (void)read_envelope(EnvelopeType::root, bytes, count, &opened);
  const FreshRoot fresh{opened.payload, opened.payload_bytes};
  if (record(updater, state, &fresh) != MOTE_OK) return MOTE_FLASH_FAILED;
  if (!ended) return MOTE_OK;
  forget_download(updater);
  updater->phase = Phase::idle;
  choose_running(updater);
  return MOTE_OK;
}

}  // namespace mote
