// The peripherals of the AN547 image (Arm DAI 0547) and its SSE-300 bound to what the programs ask of a board. The core stays in
// the secure state, so these are secure addresses.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/cmsdk/uart.h"
#include "boards/common/core.h"

namespace mote::board {
namespace {

constexpr uint32_t kBaud = 115200;

// The system counter of the SSE-300 (Arm 101773): 64 bits at the core's clock.
volatile uint32_t& counter_control() { return core::at(0x58100000); }
volatile uint32_t& counter_low() { return core::at(0x58101000); }
volatile uint32_t& counter_high() { return core::at(0x58101004); }
cmsdk::Uart& uart() { return *reinterpret_cast<cmsdk::Uart*>(0x59303000); }

uint64_t count() {
  for (;;) {
    const uint32_t high = counter_high(), low = counter_low();
    if (high == counter_high()) return uint64_t{high} << 32 | low;
  }
}

}  // namespace

void start() {
  counter_control() = 1;
  uart().start(clock_hz, kBaud);
}

uint32_t milliseconds() { return static_cast<uint32_t>(count() / (bench_ticks_hz / 1000)); }
uint32_t microseconds() { return static_cast<uint32_t>(count() / (bench_ticks_hz / 1000000)); }
uint32_t ticks() { return counter_low(); }

bool serial_read(uint8_t* byte) { return uart().read(byte); }
void serial_write(uint8_t byte) { uart().write(byte); }
void idle() {}

void feed_watchdog() {}

void reset() { core::reset(); }

}  // namespace mote::board
