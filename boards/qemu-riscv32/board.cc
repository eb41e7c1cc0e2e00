// The peripherals of QEMU's virtual RISC-V machine bound to what the programs ask of a board.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/core.h"

namespace mote::board {
namespace {

constexpr uint32_t kTimerHz = 10'000'000;

template <typename Register>
volatile Register& at(uintptr_t address) {
  return *reinterpret_cast<volatile Register*>(address);
}

// An NS16550A.
volatile uint8_t& uart_data() { return at<uint8_t>(0x10000000); }
volatile uint8_t& uart_fifo() { return at<uint8_t>(0x10000002); }
volatile uint8_t& uart_format() { return at<uint8_t>(0x10000003); }
volatile uint8_t& uart_state() { return at<uint8_t>(0x10000005); }
constexpr uint8_t kUseFifo = 1, kEightBits = 3, kReceived = 1, kSendEmpty = 0x20;

// mtime of the core-local interruptor.
volatile uint32_t& time_low() { return at<uint32_t>(0x0200BFF8); }
volatile uint32_t& time_high() { return at<uint32_t>(0x0200BFFC); }

// Restarts or ends the machine.
volatile uint32_t& machine_control() { return at<uint32_t>(0x00100000); }
constexpr uint32_t kRestart = 0x7777;

uint64_t time() {
  for (;;) {
    const uint32_t high = time_high(), low = time_low();
    if (high == time_high()) return uint64_t{high} << 32 | low;
  }
}

}  // namespace

void start() {
  uart_format() = kEightBits;
  uart_fifo() = kUseFifo;
}

uint32_t milliseconds() { return static_cast<uint32_t>(time() / (kTimerHz / 1000)); }
uint32_t microseconds() { return static_cast<uint32_t>(time() / (kTimerHz / 1000000)); }

// The emulator lets a counted instruction take as many of these as it takes nanoseconds.
uint32_t ticks() { return core::instructions_retired(); }

bool serial_read(uint8_t* byte) {
  if ((uart_state() & kReceived) == 0) return false;
  *byte = uart_data();
  return true;
}
void serial_write(uint8_t byte) {
  while ((uart_state() & kSendEmpty) == 0) {
  }
  uart_data() = byte;
}
void idle() {}

void feed_watchdog() {}

void reset() {
  machine_control() = kRestart;
  for (;;) {
  }
}

}  // namespace mote::board
