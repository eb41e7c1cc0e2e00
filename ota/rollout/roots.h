// Newer roots for the devices that need them: told by a device's signed state which one it trusts, it sends the next.
#pragma once

#include <functional>
#include <map>

#include "base/clock.h"
#include "ota/rollout/judge.h"
#include "ota/transport/connection.h"

namespace mote {

class RootCourier {
 public:
  // The project's roots by epoch (ota/trust/ceremony.h, all_roots); asked for again now and then, since keys change meanwhile.
  using Roots = std::function<Result<std::map<uint32_t, Bytes>>()>;

  RootCourier(Connection& connection, const Clock& clock, Roots roots)
      : connection_(connection), clock_(clock), load_(std::move(roots)) {}

  // Once in ten seconds and device at most. A device answers with a state of the new epoch, and so gets the one after that.
  void take_state(const SignedState& state);

 private:
  struct Sent {
    uint32_t epoch = 0;
    int64_t at_ms = 0;
  };

  Connection& connection_;
  const Clock& clock_;
  Roots load_;
  std::map<uint32_t, Bytes> roots_;
  int64_t loaded_ms_ = 0;
  std::map<std::string, Sent> sent_;
};

}  // namespace mote
