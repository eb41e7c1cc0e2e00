// The peripherals of the nRF51822 (its reference manual, version 3.0) bound to what the programs ask of a board.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/core.h"

namespace mote::board {
namespace {

using core::at;

constexpr uint32_t kUart = 0x40002000;
volatile uint32_t& uart_start_receive() { return at(kUart + 0x000); }
volatile uint32_t& uart_start_send() { return at(kUart + 0x008); }
volatile uint32_t& uart_received() { return at(kUart + 0x108); }
volatile uint32_t& uart_sent() { return at(kUart + 0x11C); }
volatile uint32_t& uart_enable() { return at(kUart + 0x500); }
volatile uint32_t& uart_send_pin() { return at(kUart + 0x50C); }
volatile uint32_t& uart_receive_pin() { return at(kUart + 0x514); }
volatile uint32_t& uart_receive() { return at(kUart + 0x518); }
volatile uint32_t& uart_send() { return at(kUart + 0x51C); }
volatile uint32_t& uart_baud() { return at(kUart + 0x524); }
constexpr uint32_t kUartOn = 4, kBaud115200 = 0x01D7E000, kSendPin = 24, kReceivePin = 25;

// TIMER0, the one with 32 bits; at 16 MHz.
constexpr uint32_t kTimer = 0x40008000;
volatile uint32_t& timer_start() { return at(kTimer + 0x000); }
volatile uint32_t& timer_capture() { return at(kTimer + 0x040); }
volatile uint32_t& timer_width() { return at(kTimer + 0x508); }
volatile uint32_t& timer_divider() { return at(kTimer + 0x510); }
volatile uint32_t& timer_captured() { return at(kTimer + 0x540); }
constexpr uint32_t kWidth32 = 3;

struct {
  uint64_t total;
  uint32_t last;
} time;

uint64_t total_ticks() {
  const uint32_t now = ticks();
  time.total += static_cast<uint32_t>(now - time.last);
  time.last = now;
  return time.total;
}

}  // namespace

void start() {
  timer_width() = kWidth32;
  timer_divider() = 0;
  timer_start() = 1;
  uart_send_pin() = kSendPin;
  uart_receive_pin() = kReceivePin;
  uart_baud() = kBaud115200;
  uart_enable() = kUartOn;
  uart_start_receive() = 1;
  uart_start_send() = 1;
}

uint32_t milliseconds() { return static_cast<uint32_t>(total_ticks() / (bench_ticks_hz / 1000)); }
uint32_t microseconds() { return static_cast<uint32_t>(total_ticks() / (bench_ticks_hz / 1000000)); }

uint32_t ticks() {
  timer_capture() = 1;
  return timer_captured();
}

bool serial_read(uint8_t* byte) {
  if (uart_received() == 0) return false;
  uart_received() = 0;
  *byte = static_cast<uint8_t>(uart_receive());
  return true;
}
void serial_write(uint8_t byte) {
  uart_sent() = 0;
  uart_send() = byte;
  while (uart_sent() == 0) {
  }
}
void idle() {}

void feed_watchdog() {}

void reset() { core::reset(); }

}  // namespace mote::board
