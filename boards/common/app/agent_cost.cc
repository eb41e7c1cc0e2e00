// Gives the agent events that come as data, as measured.h says, and counts what each takes; its flash is the board's own.
//
// INPUTS  events, one after the other: two uint32_t, what it is (below) and the bytes that follow, and these bytes
// OUTPUTS nothing: what the agent publishes is taken and forgotten
// RECORD  `Taken` of nothing, then of each event, then `Memory`
#include "boards/common/app/agent_core.h"
#include "boards/common/app/measured.h"
#include "boards/common/mbedtls/pool.h"

namespace {

using namespace mote;
using namespace mote::measured;
using namespace mote::app;

enum What : uint32_t {
  kStart = 0,
  kConnected = 1,
  kMessage = 2,
  kWindow = 3,
  kTick = 4
};  // of a message the first byte is its channel

struct Memory {
  uint32_t agent, reports, monitor, crypto;  // bytes; of the pool for mbedTLS, what was ever in use
  uint32_t release, floor, phase, status;    // as the agent would say at the end
};

struct {
  AgentCore core;
  uint32_t crypto_memory[board::limits_crypto_bytes / 4];
  MOTE_ALIGNED uint8_t event[16 + kMessageRoom];
} device;

bool publish(void*, Channel, const uint8_t*, size_t) { return true; }

// Without food for a watchdog: an instruction that is counted takes longer than on the part.
Taken taken_by_step(const Event& event) {
  return taken_by([&] { agent_step(&device.core.agent, board::milliseconds(), event); });
}

Taken taken_by_event(uint32_t what, uint32_t count) {
  const uint8_t* bytes = device.event + 15;  // a channel, and then what is aligned as in a frame
  switch (what) {
    case kStart:
      return taken_by([] {
        if (const char* why = start(&device.core, publish)) give_up("inputs", why);
      });
    case kConnected:
      return taken_by_step({EventType::connected, Channel::state, nullptr, 0});
    case kMessage:
      return taken_by_step({EventType::message, static_cast<Channel>(bytes[0]), bytes + 1, count - 1});
    case kWindow:
      return taken_by_step({EventType::window, Channel::state, bytes + 1, count});
    default:
      return taken_by_step({EventType::tick, Channel::state, nullptr, 0});
  }
}

uint32_t crypto_used() {
  uint32_t words = board::limits_crypto_bytes / 4;
  while (words != 0 && device.crypto_memory[words - 1] == 0) --words;
  return words * 4;
}

Memory memory_now() {
  const Agent& agent = device.core.agent;
  return {sizeof agent,          sizeof agent.reports,      sizeof agent.monitor,          crypto_used(),
          agent.running.release, agent.updater.state.floor, uint32_t(agent.updater.phase), agent.updater.state.last_status};
}

}  // namespace

void mote::board::on_fault() { give_up("inputs", "the core faulted"); }

int main() {
  board::start();
  const Arguments named = arguments();
  give_crypto_memory(device.crypto_memory, sizeof device.crypto_memory);
  const int32_t inputs = opened_inputs(named.inputs);
  const int32_t record = made(named.record);
  const Taken nothing = taken_by([] {});
  put(record, &nothing, sizeof nothing);
  uint32_t head[2];
  while (semihosting::read(inputs, head, sizeof head) == sizeof head) {
    const uint32_t at = head[0] == kWindow ? 16 : 15;
    if (head[1] > sizeof device.event - at) give_up("inputs", "an event is longer than a message may be");
    semihosting::read(inputs, device.event + at, head[1]);
    const Taken taken = taken_by_event(head[0], head[1]);
    put(record, &taken, sizeof taken);
  }
  const Memory memory = memory_now();
  put(record, &memory, sizeof memory);
  finish(record);
  semihosting::exit(0);
}
