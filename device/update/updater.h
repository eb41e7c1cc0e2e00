// From a signed pair of documents to a confirmed model, whatever moment the power goes (docs/spec/flash-journal.md).
//
//     boot ─► idle ─desire─► downloading ─take_chunk*─► (all held) ─stage─► staged ─begin_trial─► trial ─confirm─► idle
//                                                                                       └─ end_trial or a restart ─► idle, old
//                                                                                       model
//
// Two slots hold models, a two-sector journal says which one is confirmed. The slot that is not confirmed receives the next
// model. Nothing here allocates; every call is bounded by the flash it touches.
#pragma once

#include "device/limits.h"
#include "device/port/codecs.h"
#include "device/port/crypto.h"
#include "device/port/flash.h"
#include "device/update/trust.h"
#include "mote/mote.h"

namespace mote {

enum class Slot : uint8_t { a = 0, b = 1, none = 255 };
enum class Phase : uint8_t { idle = 0, downloading = 1, staged = 2, trial = 3 };

inline const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::idle:
      return "idle";
    case Phase::downloading:
      return "downloading";
    case Phase::staged:
      return "staged";
    case Phase::trial:
      return "trial";
  }
  return "";
}

constexpr size_t kMaxImageEnvelopeBytes = 2048;
constexpr size_t kMaxDirectiveEnvelopeBytes = 768;
constexpr uint32_t kMinJournalHalfBytes = 4096;  // room for the largest root and a few records
constexpr size_t kMaxNameBytes = 31;  // device id, class, cohort
constexpr size_t kModelOffsetInSlot = 0;  // the model stands at the start of its slot, so that it is aligned

// What a device is, fixed when it was provisioned.
struct Identity {
  char device[kMaxNameBytes + 1];
  char device_class[kMaxNameBytes + 1];
  char cohort[kMaxNameBytes + 1];
  uint8_t report_private_key[kPrivateKeyBytes];
  uint8_t report_public_key[kPublicKeyBytes];
  const uint8_t* root;  // the root document that it was provisioned with; stays where it is
  uint32_t root_bytes;
};

// Where things lie in the flash, from board.toml. Offsets are sector-aligned and the areas do not overlap.
struct Layout {
  uint32_t journal;             // two halves
  uint32_t journal_half_bytes;  // of each: whole sectors, at least kMinJournalHalfBytes
  uint32_t slots[2];
  uint32_t slot_bytes;  // of each
};

struct UpdaterConfig {
  const Flash* flash;
  const Crypto* crypto;
  const Identity* identity;
  Layout layout;
  uint8_t* arena;  // for checks and self-tests of a candidate, and for running models; 16-byte aligned
  uint32_t arena_bytes;
  uint8_t target;             // instruction set: 0 portable only
  const DeltaCodecs* codecs;  // beside the device's own, DeltaCodec::subtract; may be null
};

// What a candidate must show before it is confirmed, and the limits within which it must stay (directive.fbs).
struct TrialTerms {
  uint32_t windows;
  uint32_t seconds;
  uint32_t most_latency_us;  // 0: any
  uint32_t most_missed;
  uint16_t least_confidence;  // in 1/256
};

// One record of the journal: the whole state, so that the newest valid one is all that counts.
struct JournalState {
  uint32_t boot;         // starts so far
  uint32_t floor;        // lowest release of image_epoch that may be installed; never falls within it
  uint32_t sequence;     // of the last directive of director_epoch that was obeyed
  uint32_t root_epoch;   // of the root in force; 0: the provisioned one
  uint32_t image_epoch;  // of the image role's keys, 0: before the first start
  uint32_t director_epoch;
  uint32_t time_floor;  // latest time that a signed beacon has told, unix seconds
  TrialTerms trial;     // of the candidate
  uint32_t release[2];  // of each slot's model, 0: none
  uint32_t model_bytes[2];
  uint8_t digest[2][kDigestBytes];  // SHA-256 of each slot's model file
  uint8_t model_id[2][kDigestBytes];
  uint8_t download_digest[kDigestBytes];  // of what is downloaded, whose first download_bytes stand in download_slot, checked
  uint32_t download_bytes;                // whole sectors, or all
  uint32_t decoded_bytes;                 // of the model that it makes, where it is a delta: whole sectors
  Slot download_slot;
  Slot confirmed;
  Slot candidate;       // staged or on trial
  Phase phase;          // idle, staged or trial; of a download only its first bytes are remembered
  uint8_t last_status;  // how the last update ended, a mote_status
};

// Where the journal stands: what the next append needs to know of the flash.
struct Journal {
  const Flash* flash;
  uint32_t start;       // offset of its two halves
  uint32_t half_bytes;  // of each: whole sectors
  uint32_t sequence;    // of the newest record, 0: none
  uint32_t next;        // offset of the place after it, 0: no record yet
  uint32_t root_at;     // offset of the document that the newest state names, 0: none is there
  uint32_t root_bytes;
};

// What is downloaded: the wanted model itself, at the start of its slot, or a delta that makes it, at the slot's end.
struct Transfer {
  uint8_t digest[kDigestBytes];
  uint8_t chunk_root[kDigestBytes];
  uint32_t bytes;
  uint8_t codec;  // 0: the model itself
};

struct Updater {
  UpdaterConfig config;
  JournalState state;
  Journal journal;
  Trust trust;             // points into the journal or the identity
  uint32_t time_recorded;  // the time floor of the newest record

  // The download under way, in RAM. After a restart it is desired again, and goes on behind what the journal vouches for.
  Phase phase;
  Slot target_slot;
  uint32_t wanted_sequence;
  uint32_t wanted_release;
  uint32_t wanted_bytes;
  uint32_t chunk_bytes;
  uint32_t chunk_count;
  uint32_t chunks_held;
  uint32_t chunks_in_row;  // held, from the first one on
  bool resumed;            // on bytes that were written before the last restart
  TrialTerms trial;
  uint8_t wanted_digest[kDigestBytes];
  uint8_t wanted_model_id[kDigestBytes];
  uint8_t wanted_root[kDigestBytes];  // of the chunks of the model itself
  Transfer transfer;
  uint8_t held[kMaxChunks / 8];
  Slot running;
  Trusted running_trusted;  // when it was chosen
  bool degraded;
};

// Reads the journal, ends a trial that a restart interrupted, counts the boot, and chooses the slot to start: the confirmed one,
// or when its digest fails, the other if that one verifies (updater->degraded is then true). A staged candidate stays staged.
// MOTE_OK with updater->running set; MOTE_NO_MODEL when no slot holds a model that verifies (updates still work);
// MOTE_FLASH_FAILED when the boot could not be recorded: updater->running is set all the same, updates will fail.
// MOTE_MALFORMED, and nothing else done, when the provisioned root is none.
mote_status updater_boot(Updater* updater, const UpdaterConfig& config);

// The bytes of the running model in mapped flash, or null. `count` receives their number.
const uint8_t* updater_model(const Updater& updater, uint32_t* count);

// A directive envelope followed by an image envelope, as they stand on the desired topic. Checks, in this order: both
// signatures over raw bytes; then that the directive is for this device, newer and not expired, and names this image; then
// class, release against the floor, format version, target, operators, slot and arena sizes. Only then erases what it needs.
// MOTE_OK starts the download, or finds that the running or staged model is already the wanted one (phase stays as it is).
// A directive as old as the last one obeyed is accepted only in that second case, and MOTE_STALE_SEQUENCE otherwise: what failed
// is not tried again until it is asked for anew. MOTE_BUSY during a trial of another model.
// A refusal changes nothing but, in RAM, what the device reports. Asking again for the download under way keeps its chunks.
mote_status updater_desire(Updater* updater, const uint8_t* bytes, size_t count);

// A root envelope, to follow the root in force (trust.h, read_successor). Takes effect with one record. Where the keys of images
// or of directives are others now, their counters begin anew, and what was under way or on trial under the old ones is given up
// with MOTE_WRONG_EPOCH as its end; the confirmed model runs on.
mote_status updater_take_root(Updater* updater, const uint8_t* bytes, size_t count);

// The sequence of the directive in `bytes`, for reporting which one was refused. 0 unless the director has signed it: what is not
// signed is not read.
uint32_t updater_signed_sequence(const Updater& updater, const uint8_t* bytes, size_t count);

// One chunk, checked against the signed tree before it is written. A chunk that is already held is MOTE_OK and not written again.
// MOTE_BAD_CHUNK changes nothing; MOTE_FLASH_FAILED ends the download, as a failed updater_stage does.
mote_status updater_take_chunk(Updater* updater, const uint8_t digest[kDigestBytes], uint32_t index, const uint8_t* proof,
                               size_t proof_bytes, const uint8_t* data, size_t data_bytes);

// The codecs of deltas that a device of this configuration decodes, bit n for codec n: its own, where the arena has room for it,
// and those that it was given.
uint32_t updater_codecs(const UpdaterConfig& config);

// All chunks held: makes the model, where a delta was downloaded; reads the payload back from flash, compares its digest, checks
// the model (mote_check), runs its self-test vectors, and records it as staged. On failure the download is forgotten and the
// status is recorded; MOTE_BUSY when there is none whose chunks are all held. Where bytes of before a restart turn out wrong, or
// a delta does not make the model, the download begins anew, of the whole model in the latter case: MOTE_DIGEST_MISMATCH, and the
// phase is still downloading.
mote_status updater_stage(Updater* updater);

// Starts the candidate, once it has been verified again: updater_model() is now the new one. A restart from here on returns to
// the confirmed model. MOTE_BUSY when nothing is staged.
mote_status updater_begin_trial(Updater* updater);

// Ends the trial well: the candidate is the confirmed model, and the floor rises to its release, in one record. Where that
// record cannot be written the trial goes on.
mote_status updater_confirm(Updater* updater);

// Ends the trial badly, or gives up what is staged: back to the confirmed model. `why` is recorded and reported. The candidate's
// slot is forgotten, so that a model that failed is never fallen back on. Has its effect in RAM also where the flash fails.
mote_status updater_end_trial(Updater* updater, mote_status why);

// A signed time beacon (envelope type time; payload: 8 bytes unix seconds, little-endian; director key). Raises the time floor;
// in flash only when it has risen by an hour, to spare the journal. An old beacon is MOTE_OK and changes nothing.
mote_status updater_take_time(Updater* updater, const uint8_t* bytes, size_t count);

}  // namespace mote
