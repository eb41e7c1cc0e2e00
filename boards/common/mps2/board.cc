// The peripherals of Arm's MPS2 FPGA images (Arm DAI 0385, 0386, 0400) bound to what the programs ask of a board.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/cmsdk/timer.h"
#include "boards/common/cmsdk/uart.h"
#include "boards/common/cmsdk/watchdog.h"
#include "boards/common/core.h"

namespace mote::board {
namespace {

constexpr unsigned kUartReceiveLine = 0;
constexpr uint32_t kBaud = 115200;
constexpr uint32_t kIdleMilliseconds = 5;
static_assert(bench_ticks_hz == clock_hz);

cmsdk::Timer& timer() { return *reinterpret_cast<cmsdk::Timer*>(0x40000000); }
cmsdk::Uart& uart() { return *reinterpret_cast<cmsdk::Uart*>(0x40004000); }
cmsdk::Watchdog& watchdog() { return *reinterpret_cast<cmsdk::Watchdog*>(0x40008000); }

cmsdk::Ticks total_ticks;

}  // namespace

void start() {
  timer().start();
  uart().start(clock_hz, kBaud);
  core::interrupt_enable(kUartReceiveLine) = 1u << kUartReceiveLine;
  core::systick_reload() = clock_hz / 1000 * kIdleMilliseconds - 1;
  core::systick_current() = 0;
  core::systick_control() = core::kSystickRun;
}

uint32_t milliseconds() { return static_cast<uint32_t>(total_ticks.read(timer()) / (clock_hz / 1000)); }
uint32_t microseconds() { return static_cast<uint32_t>(total_ticks.read(timer()) / (clock_hz / 1000000)); }
uint32_t ticks() { return ~timer().value; }

bool serial_read(uint8_t* byte) { return uart().read(byte); }
void serial_write(uint8_t byte) { uart().write(byte); }

void idle() {
  core::wait_for_interrupt();
  core::interrupt_unpend(kUartReceiveLine) = 1u << kUartReceiveLine;
  core::interrupt_state() = core::kUnpendSystick;
}

void feed_watchdog() { watchdog().feed(clock_hz * kWatchdogSeconds); }

void reset() { core::reset(); }

}  // namespace mote::board
