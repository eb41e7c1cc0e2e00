// What the demo does to its devices: models that none of them may accept, sent the way a hostile broker would send them.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "ota/bundle/bundle.h"
#include "ota/devices/devices.h"
#include "ota/rollout/judge.h"
#include "ota/rollout/store.h"
#include "ota/transport/connection.h"

namespace mote::demo {

struct Attack {
  std::string name;      // "a tampered model"
  mote_status expected;  // how every device must answer
  Bytes image;           // the envelope as it is sent
};

// The good image with one bit of its payload flipped; the image of an older release; and the good image signed by a key that is
// nobody's.
Result<std::vector<Attack>> attacks(const Bundle& good, const Bundle& older);

struct AttackOutcome {
  std::string name;
  mote_status expected = MOTE_OK;
  std::map<std::string, mote_status> answers;  // of the devices that refused this very directive, by their own signed word
  bool refused_by_all(size_t devices) const;
};

// Sends `attack` to every device with a directive that is genuine and newer than any before, as whoever holds the director key
// could, and collects the signed refusals until all have answered or `patience` has passed. Clears the topics it wrote.
Result<AttackOutcome> launch(const Attack& attack, const std::vector<EnrolledDevice>& devices, Connection& connection,
                             RolloutStore& sequences, const Signers& director, std::chrono::milliseconds patience);

}  // namespace mote::demo
