// The device of docs/architecture.md on a board with Ethernet: the agent speaks to its broker itself. Over the serial link come
// the sensor's windows, and lines of log go out; other frames are ignored.
#include <mbedtls/memory_buffer_alloc.h>

#include "boards/common/app/agent_core.h"
#include "boards/common/app/serial_link.h"
#include "boards/common/net/broker.h"

namespace {

using namespace mote;
using namespace mote::app;

// mbedTLS's, for TLS and for the agent's signatures: it uses 17,800 bytes (tests/boards/network_test.cc), most of them in a
// handshake. The rest is for a broker with a longer certificate.
constexpr size_t kPoolBytes = 21'504;

// All memory of the device beside lwIP's and the connection's, and its only mutable state.
struct Device {
  AgentCore core;
  SerialLink link;
  Network network;
  SeedStore seeds;
  MOTE_ALIGNED uint8_t pool[kPoolBytes];
};
Device device;

// The parts of a request are heard from before it goes out; a state says that something is over or begins.
bool listen(Channel channel) {
  const Agent& agent = device.core.agent;
  if (channel == Channel::state) return net::broker_listen({});
  if (channel != Channel::request) return true;
  return net::broker_listen(net::parts_of_request(agent.updater.transfer.digest, agent.chunks.first, agent.chunks.outstanding));
}

bool publish(void*, Channel channel, const uint8_t* bytes, size_t count) {
  return listen(channel) && net::broker_publish(channel, bytes, count);
}

void log(const char* line) { send(&device.link, FrameType::log, line); }

constexpr uint8_t kPaint = 0xA5;           // of what mbedTLS never gave out: it gives out zeros
constexpr uint32_t kPoolHeaderBytes = 64;  // at the pool's start, more than its allocator keeps there

uint32_t pool_used() {
  uint32_t used = sizeof device.pool;
  while (used > 0 && device.pool[used - 1] == kPaint) --used;
  return used;
}

const net::BrokerEvents kEvents = {
    [] {
      char line[80];
      char* end = append(append(line, "connected: "), net::handshake_ticks());
      end = append(append(end, " ticks for TLS, "), pool_used());
      append(append(append(end, " of "), uint32_t{kPoolBytes}), " bytes of its pool");
      log(line);
      log_stack(&device.link);
      step(&device.core, EventType::connected);
    },
    [] { step(&device.core, EventType::disconnected); },
    [](Channel channel, const uint8_t* bytes, size_t count) { step(&device.core, EventType::message, channel, bytes, count); },
    log,
};

const char* start_network() {
  const Flash& flash = board::flash();
  log("for emulation only: random numbers come from a seed that was provisioned");
  if (network_read(flash.mapped + board::layout_network, board::flash_sector_bytes, &device.network) != MOTE_OK)
    return "this device knows no broker yet: mote device network";
  device.seeds = {&flash, board::layout_seed, device.network.seed, 0, 0};
  return net::broker_start(device.network, &device.seeds, device.core.identity.device, device.core.agent.updater.state.boot,
                           kEvents);
}

void read_serial() {
  uint8_t byte;
  Frame frame;
  while (board::serial_read(&byte)) {
    if (!frame_reader_take(&device.link.reader, byte, &frame) || frame.type != FrameType::window) continue;
    step(&device.core, EventType::window, Channel::state, frame.payload, frame.count);
  }
}

}  // namespace

void mote::board::on_fault() { reset(); }

extern "C" void mote_crypto_corrupted(int) { mote::board::reset(); }
extern "C" void mote_net_assertion_failed() { mote::board::reset(); }

int main() {
  board::start();
  board::feed_watchdog();
  start(&device.link);
  mbedtls_memory_buffer_alloc_init(device.pool, sizeof device.pool);
  memset(device.pool + kPoolHeaderBytes, kPaint, sizeof device.pool - kPoolHeaderBytes);
  const char* why = start(&device.core, publish);
  if (why == nullptr) why = start_network();
  if (why != nullptr) stand_still(&device.link, why);
  for (;;) {
    board::feed_watchdog();
    const bool more = net::broker_poll();
    read_serial();
    tick(&device.core);
    if (!more) board::idle();
  }
}
