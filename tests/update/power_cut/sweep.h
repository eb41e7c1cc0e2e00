// Cuts the power in every flash operation of an update, and asks of each what must always hold (docs/spec/flash-journal.md).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "device/update/journal.h"
#include "tests/update/known_crypto.h"
#include "tests/update/test_device.h"

namespace mote {

// What a sweep has found. A violation names scenario, operation, kind of cut and the promise that was broken.
struct Tally {
  uint64_t cuts = 0;
  uint64_t violation_count = 0;
  std::vector<std::string> violations;  // the first few
  uint64_t broken_rules = 0;            // of the flash

  void violate(const std::string& what) {
    ++violation_count;
    if (violations.size() < 10) violations.push_back(what);
  }
};

// What the device has been seen to hold before the cut, and what may run after it.
struct Known {
  uint32_t floor = 0, sequence = 0, boot = 0, root_epoch = 0;
  bool has_old = false;  // a model was confirmed before
  Digest old_model{};
  bool confirm_begun = false;  // the new one may be confirmed ...
  bool confirm_done = false;   // ... or is
};

// The models and documents of all scenarios: A is release 1, B release 2, C release 3.
class Cast {
 public:
  const Offer& a() { return offers_[0]; }
  const Offer& b() { return offers_[1]; }
  const Offer& c() { return offers_[2]; }
  const Offer& c_from_a() { return c_from_a_; }  // C, with a delta that makes it out of A
  const Offer& c_from_a_by_zstd() { return c_from_a_by_zstd_; }
  const Bytes& desired(const Offer& offer, uint32_t sequence);
  const Publisher& publisher() const { return publisher_; }

 private:
  Publisher publisher_;
  Offer offers_[3] = {publisher_.offer(numbered_model(1).build(), 1), publisher_.offer(numbered_model(2).build(), 2),
                      publisher_.offer(numbered_model(1, 3).build(), 3)};
  Offer c_from_a_ = publisher_.with_delta(offers_[2], {offers_[0].model.data(), offers_[0].model.size()});
  Offer c_from_a_by_zstd_ =
      publisher_.with_delta(offers_[2], {offers_[0].model.data(), offers_[0].model.size()}, {}, DeltaCodec::zstd);
  std::map<Digest, Bytes> signed_;
};

// The device in a scenario, with a record of what it was seen to hold.
class Subject {
 public:
  Subject(const FlashGeometry& geometry, const Crypto& crypto, Cast& cast);
  Cast& cast;
  TestDevice device;
  Known known;

  // Steps that note what the device answered; false once the power is gone.
  bool boot();
  bool install(const Offer& offer, uint32_t sequence);
  bool try_out(const Offer& offer, uint32_t sequence);
  bool stage(const Offer& offer, uint32_t sequence);
  bool begin(const Offer& offer, uint32_t sequence, uint32_t chunks);  // of the whole model
  bool confirm();
  bool end_trial();
  bool tell_time(uint32_t seconds);
  // Takes a root whose root key is another; images and directives are signed as before.
  bool rotate();
  // Starts again until the journal's current sector has room for exactly `records` more.
  void fill_journal(uint32_t records);

 private:
  bool note(mote_status status);
};

struct Scenario {
  std::string name;
  std::function<void(Subject&)> prepare;
  std::function<void(Subject&)> act;  // stops by itself when a step answers false
};

const std::vector<Scenario>& scenarios();

enum class Second {
  none,   // cut
  every,  // operation of the recovery is cut too, in every way
  alike,  // before and before, torn and torn: the pairs that are worst
};

// Every operation of the scenario, before, in the middle (torn in several ways), with unstable bits and after; and then the recovery.
// `crypto` is the device's.
void sweep(const Scenario& scenario, const FlashGeometry& geometry, const Crypto& crypto, Cast& cast, Second second, Tally& tally);

}  // namespace mote
