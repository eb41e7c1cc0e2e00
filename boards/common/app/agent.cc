// The device of docs/architecture.md on a board: what comes over the serial link becomes the agent's events, what the agent
// publishes goes out as frames.
#include "boards/common/app/agent_core.h"
#include "boards/common/app/serial_link.h"
#include "boards/common/mbedtls/pool.h"

namespace {

using namespace mote;
using namespace mote::app;

constexpr uint32_t kHelloEvery = 1000;  // ms, rule L8

// All memory of the device, and its only mutable state.
struct Device {
  AgentCore core;
  SerialLink link;
  uint8_t last_sequence;  // of what came in
  bool in_step;           // last_sequence is known
  bool welcomed;
  uint32_t last_hello;
  uint32_t crypto_memory[board::limits_crypto_bytes / 4];
};
Device device;

bool publish(void*, Channel channel, const uint8_t* bytes, size_t count) {
  if (!device.welcomed) return false;
  const uint8_t number = static_cast<uint8_t>(channel);
  const FramePiece pieces[] = {{&number, 1}, {bytes, count}};
  send(&device.link, FrameType::message, pieces, 2);
  return true;
}

void take(const Frame& frame) {
  const uint8_t lost = device.in_step ? frames_lost(device.last_sequence, frame.sequence) : 0;
  device.last_sequence = frame.sequence;
  device.in_step = true;
  for (uint8_t i = 0; i < lost; ++i) step(&device.core, EventType::gap);  // nearly all that comes down is windows
  switch (frame.type) {
    case FrameType::welcome:
      device.welcomed = true;
      log_stack(&device.link);
      step(&device.core, EventType::connected);
      break;
    case FrameType::farewell:
      // Perhaps of a gateway that has just started and counts anew.
      device.in_step = false;
      device.welcomed = false;
      device.last_hello = board::milliseconds() - kHelloEvery;
      step(&device.core, EventType::disconnected);
      break;
    case FrameType::message:
      if (frame.count > 0)
        step(&device.core, EventType::message, static_cast<Channel>(frame.payload[0]), frame.payload + 1, frame.count - 1);
      break;
    case FrameType::window:
      step(&device.core, EventType::window, Channel::state, frame.payload, frame.count);
      break;
    default:
      break;  // L7
  }
}

void say_hello() {
  const uint32_t now = board::milliseconds();
  if (device.welcomed || now - device.last_hello < kHelloEvery) return;
  device.last_hello = now;
  send(&device.link, FrameType::hello, device.core.identity.device);
}

}  // namespace

void mote::board::on_fault() { reset(); }

int main() {
  board::start();
  board::feed_watchdog();
  start(&device.link);
  give_crypto_memory(device.crypto_memory, sizeof device.crypto_memory);
  if (const char* why = start(&device.core, publish)) stand_still(&device.link, why);
  for (device.last_hello = board::milliseconds() - kHelloEvery;;) {
    board::feed_watchdog();
    uint8_t byte;
    Frame frame;
    while (board::serial_read(&byte))
      if (frame_reader_take(&device.link.reader, byte, &frame)) take(frame);
    say_hello();
    tick(&device.core);
    board::idle();
  }
}
