// The device of docs/architecture.md on a board: what comes over the serial link becomes the agent's events, what the agent
// publishes goes out as frames.
#include "device/agent/agent.h"

#include <mbedtls/memory_buffer_alloc.h>
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/stack.h"
#include "device/agent/state.h"
#include "device/link/link.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"

namespace {

using namespace mote;

constexpr uint32_t kHelloEvery = 1000;  // ms, rule L8
constexpr uint32_t kTickEvery = 20;
constexpr size_t kCryptoBytes = 6144;  // mbedTLS's: with 5120 it signs and verifies, with 4096 it fails

// All memory of the device, and its only mutable state.
struct Device {
  Agent agent;
  Identity identity;
  Crypto crypto;
  FrameReader reader;
  uint8_t next_sequence;  // of what goes out
  uint8_t last_sequence;  // of what came in
  bool in_step;           // last_sequence is known
  bool welcomed;
  uint32_t last_hello;
  uint32_t last_tick;
  MOTE_ALIGNED uint8_t crypto_memory[kCryptoBytes];
  MOTE_ALIGNED uint8_t arriving[kFrameReaderBytes];
  MOTE_ALIGNED uint8_t arena[board::model_arena_bytes];
};
Device device;

void put(void*, uint8_t byte) { board::serial_write(byte); }

void send(FrameType type, const FramePiece* pieces, size_t count) {
  frame_send(type, device.next_sequence++, pieces, count, nullptr, put);
}

void send(FrameType type, const char* text) {
  const FramePiece whole{reinterpret_cast<const uint8_t*>(text), strlen(text)};
  send(type, &whole, 1);
}

char* append(char* to, const char* text) {
  while (*text != '\0') *to++ = *text++;
  return to;
}

char* append(char* to, uint32_t number) {
  char digits[10];
  unsigned count = 0;
  for (; number > 0 || count == 0; number /= 10) digits[count++] = static_cast<char>('0' + number % 10);
  while (count > 0) *to++ = digits[--count];
  return to;
}

// "stack: 2844 of 8192 bytes used", so that a stack that becomes tight is seen before it overflows.
void log_stack() {
  char line[64];
  char* end = append(append(append(line, "stack: "), board::stack_used()), " of ");
  end = append(append(end, board::ram_stack_bytes), " bytes used");
  *end = '\0';
  send(FrameType::log, line);
}

bool publish(void*, Channel channel, const uint8_t* bytes, size_t count) {
  if (!device.welcomed) return false;
  const uint8_t number = static_cast<uint8_t>(channel);
  const FramePiece pieces[] = {{&number, 1}, {bytes, count}};
  send(FrameType::message, pieces, 2);
  return true;
}

void step(EventType type, Channel channel = Channel::state, const uint8_t* bytes = nullptr, size_t count = 0) {
  board::feed_watchdog();
  agent_step(&device.agent, board::milliseconds(), Event{type, channel, bytes, count});
}

void take(const Frame& frame) {
  const uint8_t lost = device.in_step ? frames_lost(device.last_sequence, frame.sequence) : 0;
  device.last_sequence = frame.sequence;
  device.in_step = true;
  for (uint8_t i = 0; i < lost; ++i) step(EventType::gap);  // nearly all that comes down is windows
  switch (frame.type) {
    case FrameType::welcome:
      device.welcomed = true;
      log_stack();
      step(EventType::connected);
      break;
    case FrameType::farewell:
      // Perhaps of a gateway that has just started and counts anew.
      device.in_step = false;
      device.welcomed = false;
      device.last_hello = board::milliseconds() - kHelloEvery;
      step(EventType::disconnected);
      break;
    case FrameType::message:
      if (frame.count > 0) step(EventType::message, static_cast<Channel>(frame.payload[0]), frame.payload + 1, frame.count - 1);
      break;
    case FrameType::window:
      step(EventType::window, Channel::state, frame.payload, frame.count);
      break;
    default:
      break;  // L7
  }
}

void pass_time() {
  const uint32_t now = board::milliseconds();
  if (!device.welcomed && now - device.last_hello >= kHelloEvery) {
    device.last_hello = now;
    send(FrameType::hello, device.identity.device);
  }
  if (now - device.last_tick < kTickEvery) return;
  device.last_tick = now;
  step(EventType::tick);
}

AgentConfig config() {
  AgentConfig config{};
  config.update.flash = &board::flash();
  config.update.crypto = &device.crypto;
  config.update.identity = &device.identity;
  config.update.layout = {board::layout_journal, board::layout_journal_half_bytes, {board::layout_slot_a, board::layout_slot_b}, board::layout_slot_bytes};
  config.update.arena = device.arena;
  config.update.arena_bytes = sizeof device.arena;
  config.ports.publish = publish;
  config.ports.microseconds = [](void*) { return board::microseconds(); };
  config.report_windows = board::agent_report_windows;
  config.report_ms = board::agent_report_ms;
  config.resend_ms = board::agent_resend_ms;
  config.request_chunks = board::agent_request_chunks;
  config.trial_ms = board::agent_trial_ms;
  return config;
}

// Says why the device cannot work, for whoever reads the link.
[[noreturn]] void stand_still(const char* why) {
  for (;;) {
    send(FrameType::log, why);
    for (const uint32_t start = board::milliseconds(); board::milliseconds() - start < kHelloEvery;) {
      board::feed_watchdog();
      board::idle();
    }
  }
}

}  // namespace

void mote::board::on_fault() { reset(); }

extern "C" void mote_crypto_corrupted(int) { mote::board::reset(); }

int main() {
  board::start();
  board::feed_watchdog();
  frame_reader_init(&device.reader, device.arriving, sizeof device.arriving);
  mbedtls_memory_buffer_alloc_init(device.crypto_memory, sizeof device.crypto_memory);
  device.crypto = mbedtls_crypto();
  const uint8_t* sector = board::flash().mapped + board::layout_identity;
  if (identity_read(sector, board::flash_sector_bytes, &device.identity) != MOTE_OK)
    stand_still("this device has no identity yet: mote device enrol");
  const mote_status started = agent_start(&device.agent, config(), board::milliseconds());
  if (started != MOTE_OK) stand_still(mote_status_text(started));

  for (device.last_hello = board::milliseconds() - kHelloEvery;;) {
    board::feed_watchdog();
    uint8_t byte;
    Frame frame;
    while (board::serial_read(&byte))
      if (frame_reader_take(&device.reader, byte, &frame)) take(frame);
    pass_time();
    board::idle();
  }
}
