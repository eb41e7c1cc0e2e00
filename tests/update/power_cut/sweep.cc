// The sweep and the promises it holds the updater to.
#include "tests/update/power_cut/sweep.h"

namespace mote {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kWaysToTear = 1;
#else
constexpr int kWaysToTear = 4;
#endif
constexpr uint32_t kRepairSequence = 1000;
constexpr uint32_t kTwoHours = 7200;

const char* name_of(PowerCut cut) {
  return cut == PowerCut::before     ? "before"
         : cut == PowerCut::middle   ? "in the middle of"
         : cut == PowerCut::unstable ? "with unstable bits in"
                                     : "after";
}

// One moment to cut the power in; operation 0 is never.
struct Moment {
  uint64_t operation = 0;
  PowerCut cut = PowerCut::before;

  std::string words() const { return std::string(name_of(cut)) + " operation " + std::to_string(operation); }
};

std::vector<Moment> moments(uint64_t operations, int ways_to_tear) {
  std::vector<Moment> all;
  for (uint64_t i = 1; i <= operations; ++i) {
    all.push_back({i, PowerCut::before});
    all.push_back({i, PowerCut::after});
    for (int way = 0; way < ways_to_tear; ++way) {
      all.push_back({i, PowerCut::middle});
      all.push_back({i, PowerCut::unstable});
    }
  }
  return all;
}

struct Case {
  Subject& subject;
  Tally& tally;
  std::string name;

  void must(bool holds, const char* promise) {
    if (!holds) tally.violate(name + ": " + promise);
  }
};

bool has_known_sequel(const JournalState& state, const Known& known, bool runs_new, uint32_t new_release) {
  return state.floor == (runs_new ? std::max(new_release, known.floor) : known.floor);
}

// J10: what must hold at the first start after the power came back.
void check_start(Case& test, const Digest& new_model, uint32_t new_release) {
  TestDevice& device = test.subject.device;
  const Known& known = test.subject.known;
  const mote_status status = device.boot();
  const JournalState& state = device.updater.state;
  test.must(status != MOTE_FLASH_FAILED, "the start is recorded");
  const Digest running = device.running();
  const bool runs_new = running == new_model && (known.confirm_begun || known.confirm_done);
  const bool runs_old = known.has_old && running == known.old_model && !known.confirm_done;
  const bool runs_nothing = status == MOTE_NO_MODEL && !known.has_old && !known.confirm_done;
  test.must(runs_new || runs_old || runs_nothing, "a verified model starts, the one that was confirmed last");
  test.must(state.floor >= known.floor, "the floor never falls");
  test.must(has_known_sequel(state, known, runs_new, new_release), "the floor rises with the confirmed model and not before");
  test.must(state.sequence >= known.sequence, "no directive is obeyed twice");
  test.must(state.boot > known.boot, "starts are counted");
  test.must(state.root_epoch >= known.root_epoch, "a root that was taken stays");
  test.must(device.updater.trust.epoch == (state.root_epoch == 0 ? 1 : state.root_epoch),
            "the root that the state names is in force");
  test.must(device.updater.phase == Phase::idle || device.updater.phase == Phase::staged, "no trial survives a restart");
}

// What was written at the first start is there at those after it, though cells may read otherwise by then.
void check_that_it_lasts(Case& test) {
  TestDevice& device = test.subject.device;
  for (int start = 0; start < 3; ++start) {
    const JournalState before = device.updater.state;
    device.boot();
    const JournalState& after = device.updater.state;
    test.must(after.boot == before.boot + 1 && after.floor == before.floor && after.sequence == before.sequence &&
                  after.root_epoch == before.root_epoch && after.confirmed == before.confirmed,
              "what a start has recorded lasts");
  }
}

// J12: whatever happened, the update can still be had.
void check_completion(Case& test, const Offer& wanted) {
  Subject& subject = test.subject;
  TestDevice& device = subject.device;
  const Bytes& desired = subject.cast.desired(wanted, kRepairSequence);
  mote_status status = device.desire(desired);
  if (status == MOTE_OK && device.updater.phase == Phase::downloading) {
    status = device.download(wanted);
    if (status == MOTE_OK) status = updater_stage(&device.updater);
  }
  if (status == MOTE_OK && device.updater.phase == Phase::staged) {
    status = updater_begin_trial(&device.updater);
    if (status == MOTE_OK) status = updater_confirm(&device.updater);
  }
  test.must(status == MOTE_OK, "the update can be completed");
  test.must(device.boot() == MOTE_OK && device.running() == digest_of(wanted), "the completed update starts");
  test.must(device.updater.state.floor == wanted.image.release, "the completed update raises the floor");
}

// The newest of the cast's models, which every scenario ends in or is completed to.
const Offer& newest(Subject& subject) { return subject.cast.c(); }

void check(Case& test) {
  const Offer& next = newest(test.subject);
  check_start(test, digest_of(next), next.image.release);
  check_that_it_lasts(test);
  check_completion(test, next);
}

bool is_wanted(const Moment& first, const Moment& next, Second second) {
  if (second != Second::alike) return true;
  return first.cut == next.cut && (first.cut == PowerCut::before || first.cut == PowerCut::middle);
}

void cut_the_recovery(Case& test, const FlashContent& after_cut, const Known& known, const Moment& before, Second second) {
  Subject& subject = test.subject;
  FlashSimulator& flash = *subject.device.simulator;
  const std::string first = test.name;
  flash.load(after_cut);
  flash.cut_power_at(0, PowerCut::before);
  check_start(test, digest_of(newest(subject)), newest(subject).image.release);
  check_completion(test, newest(subject));
  for (const Moment& moment : moments(flash.operations(), /*ways_to_tear=*/1)) {
    if (!is_wanted(before, moment, second)) continue;
    test.name = first + ", then " + moment.words();
    flash.load(after_cut);
    subject.known = known;
    flash.cut_power_at(moment.operation, moment.cut);
    if (subject.boot() && subject.try_out(newest(subject), kRepairSequence - 1)) subject.confirm();
    flash.restore_power();
    ++test.tally.cuts;
    check(test);
  }
}

}  // namespace

const Bytes& Cast::desired(const Offer& offer, uint32_t sequence) {
  Digest question = digest_of_image(offer.envelope);
  question[0] = static_cast<uint8_t>(question[0] ^ sequence);
  question[1] = static_cast<uint8_t>(question[1] ^ sequence >> 8);
  Bytes& bytes = signed_[question];
  if (bytes.empty()) bytes = publisher_.desired(offer, sequence);
  return bytes;
}

Subject::Subject(const FlashGeometry& geometry, const Crypto& crypto, Cast& cast)
    : cast(cast), device(geometry, crypto, cast.publisher()) {}

bool Subject::note(mote_status status) {
  if (!device.simulator->has_power()) return false;
  const JournalState& state = device.updater.state;
  known.floor = state.floor;
  known.sequence = state.sequence;
  known.boot = state.boot;
  known.root_epoch = state.root_epoch;
  return status == MOTE_OK;
}

bool Subject::boot() {
  const mote_status status = device.boot();
  return note(status == MOTE_NO_MODEL ? MOTE_OK : status);
}

bool Subject::stage(const Offer& offer, uint32_t sequence) {
  if (!note(device.desire(cast.desired(offer, sequence)))) return false;
  if (device.updater.phase != Phase::downloading) return true;
  return note(device.download(offer)) && note(updater_stage(&device.updater));
}

bool Subject::begin(const Offer& offer, uint32_t sequence, uint32_t chunks) {
  if (!note(device.desire(cast.desired(offer, sequence)))) return false;
  for (uint32_t i = 0; i < chunks; ++i)
    if (!note(device.take_chunk(offer, i))) return false;
  return true;
}

bool Subject::try_out(const Offer& offer, uint32_t sequence) {
  if (!stage(offer, sequence)) return false;
  return device.updater.phase != Phase::staged || note(updater_begin_trial(&device.updater));
}

// Only the newest model's confirm is watched; the older ones are confirmed while scenarios are prepared.
bool Subject::confirm() {
  if (device.updater.phase != Phase::trial) return true;
  const Digest model = device.running();
  const bool watched = model == digest_of(cast.c());
  known.confirm_begun = known.confirm_begun || watched;
  if (!note(updater_confirm(&device.updater))) return false;
  known.confirm_done = known.confirm_done || watched;
  if (!watched) known.old_model = model;
  if (!watched) known.has_old = true;
  return true;
}

bool Subject::install(const Offer& offer, uint32_t sequence) { return try_out(offer, sequence) && confirm(); }

bool Subject::end_trial() { return note(updater_end_trial(&device.updater, MOTE_TRIAL_FAILED)); }

bool Subject::tell_time(uint32_t seconds) {
  const Bytes beacon = sure(sign_time(seconds, cast.publisher().director_key));
  return note(updater_take_time(&device.updater, beacon.data(), beacon.size()));
}

bool Subject::rotate() {
  TrustRoot root = cast.publisher().root();
  root.epoch = 2;
  root.root = Role(2, 1, {test_key(60).public_key});
  root.removed = {removed_key_of(cast.publisher().root_key.public_key)};
  static const Bytes envelope =
      sure(seal_with(EnvelopeType::root, 2, 2, {cast.publisher().root_key, test_key(60)}, sure(root_document(root))));
  const mote_status status = updater_take_root(&device.updater, envelope.data(), envelope.size());
  return note(status == MOTE_STALE_ROOT ? MOTE_OK : status);
}

void Subject::fill_journal(uint32_t records) {
  const uint32_t half = device.config.layout.journal_half_bytes, places = half / kRecordBytes;
  const auto room = [&] { return places - (device.updater.journal.next - 1) % half / kRecordBytes - 1; };
  do boot();  // takes two places
  while (room() != records && room() != records + 1);
  if (room() != records) tell_time(kTwoHours);  // takes one
}

// C is what every scenario installs or is completed to; A and B come before it.
const std::vector<Scenario>& scenarios() {
  const auto nothing = [](Subject&) {};
  const auto with_a = [](Subject& subject) { subject.boot() && subject.install(subject.cast.a(), 1); };
  const auto with_a_and_b = [](Subject& subject) {
    subject.boot() && subject.install(subject.cast.a(), 1) && subject.install(subject.cast.b(), 2);
  };
  const auto install_c = [](Subject& subject) { subject.boot() && subject.install(subject.cast.c(), 3); };
  static const std::vector<Scenario> all = [&] {
    std::vector<Scenario> list = {
        {"first install", nothing, install_c},
        {"second update", with_a, install_c},
        {"third update", with_a_and_b, install_c},
        {"a trial fails, the old model comes back", with_a,
         [](Subject& subject) {
           subject.boot() && subject.try_out(subject.cast.b(), 2) && subject.end_trial() && subject.boot();
         }},
        {"a restart interrupts the trial", with_a,
         [](Subject& subject) {
           subject.boot() && subject.try_out(subject.cast.b(), 2) && subject.boot() && subject.install(subject.cast.c(), 3);
         }},
        {"another model is wanted once one is staged", with_a,
         [](Subject& subject) {
           subject.boot() && subject.stage(subject.cast.b(), 2) && subject.boot() && subject.install(subject.cast.c(), 3);
         }},
        {"the running model is wanted again, and time passes", with_a,
         [](Subject& subject) {
           subject.boot() && subject.stage(subject.cast.b(), 2) && subject.stage(subject.cast.a(), 3) &&
               subject.tell_time(1'800'000'000) && subject.install(subject.cast.c(), 4);
         }},
        {"an update by delta", with_a, [](Subject& subject) { subject.boot() && subject.install(subject.cast.c_from_a(), 3); }},
        {"an update by a delta of zstd", with_a,
         [](Subject& subject) {
           subject.device.give_zstd();
           subject.boot() && subject.install(subject.cast.c_from_a_by_zstd(), 3);
         }},
        {"an update is interrupted, and goes on", with_a,
         [](Subject& subject) {
           subject.boot() && subject.begin(subject.cast.c(), 3, 6) && subject.boot() && subject.install(subject.cast.c(), 3);
         }},
        {"keys are replaced, then a model", with_a,
         [](Subject& subject) { subject.boot() && subject.rotate() && subject.boot() && subject.install(subject.cast.c(), 3); }},
        {"keys are replaced on trial, as the journal fills", with_a,
         [](Subject& subject) {
           subject.boot() && subject.try_out(subject.cast.c(), 3) && subject.rotate() && subject.confirm() && subject.boot() &&
               subject.boot() && subject.boot() && subject.boot() && subject.boot() && subject.boot() && subject.boot() &&
               subject.boot();
         }},
        {"the confirmed slot has decayed", with_a_and_b,
         [](Subject& subject) {
           Subject& s = subject;
           const uint32_t slot = s.device.config.layout.slots[static_cast<uint8_t>(Slot::b)];
           s.device.simulator->flip_bit(slot + 100, 3);
           s.known.old_model = digest_of(s.cast.a());
           s.boot() && s.install(s.cast.c(), 3);
         }},
    };
    for (uint32_t room = 0; room <= 4; ++room)
      list.push_back({"the journal's half is full after " + std::to_string(room) + " records",
                      [with_a, room](Subject& subject) {
                        with_a(subject);
                        subject.fill_journal(room);
                      },
                      install_c});
    return list;
  }();
  return all;
}

void sweep(const Scenario& scenario, const FlashGeometry& geometry, const Crypto& crypto, Cast& cast, Second second,
           Tally& tally) {
  Subject subject(geometry, crypto, cast);
  FlashSimulator& flash = *subject.device.simulator;
  scenario.prepare(subject);
  const FlashContent prepared = flash.save();
  const Known known = subject.known;

  flash.cut_power_at(0, PowerCut::before);
  scenario.act(subject);
  const uint64_t operations = flash.operations();
  Case whole{subject, tally, scenario.name + ", no cut"};
  whole.must(operations > 4, "the scenario writes to the flash");
  check(whole);

  for (const Moment& moment : moments(operations, second == Second::none ? kWaysToTear : 1)) {
    flash.load(prepared);
    subject.known = known;
    flash.cut_power_at(moment.operation, moment.cut);
    scenario.act(subject);
    Case test{subject, tally, scenario.name + ", " + moment.words()};
    test.must(!flash.has_power(), "the power was cut");
    flash.restore_power();
    ++tally.cuts;
    const FlashContent after_cut = flash.save();
    const Known known_at_cut = subject.known;
    check(test);
    if (second != Second::none) cut_the_recovery(test, after_cut, known_at_cut, moment, second);
  }
  tally.broken_rules += flash.broken_rules();
}

}  // namespace mote
