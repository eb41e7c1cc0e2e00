// Which root a device is sent, and when again.
#include "ota/rollout/roots.h"

#include "ota/transport/topics.h"
#include "ota/trust/ceremony.h"

namespace mote {
namespace {

constexpr int64_t kAgainMs = 10'000;

}  // namespace

void RootCourier::take_state(const SignedState& state) {
  const int64_t now = clock_.steady_ms();
  if (roots_.empty() || now - loaded_ms_ >= kAgainMs) {
    if (Result<std::map<uint32_t, Bytes>> roots = load_(); roots.ok()) roots_ = std::move(*roots);
    loaded_ms_ = now;
  }
  Sent& sent = sent_[state.device];
  if (sent.epoch == state.root_epoch && sent.at_ms != 0 && now - sent.at_ms < kAgainMs) return;
  const Bytes* next = next_root_for(roots_, state.root_epoch);
  if (next == nullptr) return;
  if (!connection_.publish(topic_of(state.device, Channel::root), *next, Delivery::at_least_once, Retain::no).ok()) return;
  sent = {.epoch = state.root_epoch, .at_ms = now};
}

}  // namespace mote
