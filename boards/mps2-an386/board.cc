// The peripherals of the AN386 image (Arm DAI 0386) bound to what the programs ask of a board.
#include "boards/common/board.h"

#include "board_values.h"
#include "boards/common/cmsdk/timer.h"
#include "boards/common/cmsdk/uart.h"
#include "boards/common/cmsdk/watchdog.h"
#include "boards/common/cortex-m/core.h"
#include "boards/common/flash/simulated.h"

namespace mote::board {
namespace {

constexpr unsigned kUartReceiveLine = 0;
constexpr uint32_t kBaud = 115200;
constexpr uint32_t kIdleMilliseconds = 5;

cmsdk::Timer& timer() { return *reinterpret_cast<cmsdk::Timer*>(0x40000000); }
cmsdk::Uart& uart() { return *reinterpret_cast<cmsdk::Uart*>(0x40004000); }
cmsdk::Watchdog& watchdog() { return *reinterpret_cast<cmsdk::Watchdog*>(0x40008000); }

cmsdk::Ticks ticks;
SimulatedFlash memory{reinterpret_cast<uint8_t*>(flash_origin), flash_bytes, flash_sector_bytes, flash_program_bytes};
Flash port;

}  // namespace

void start() {
  timer().start();
  uart().start(clock_hz, kBaud);
  cortex_m::interrupt_enable(kUartReceiveLine) = 1u << kUartReceiveLine;
  cortex_m::systick_reload() = clock_hz / 1000 * kIdleMilliseconds - 1;
  cortex_m::systick_current() = 0;
  cortex_m::systick_control() = cortex_m::kSystickRun;
  watchdog().start(clock_hz * kWatchdogSeconds);
  port = flash_of(&memory);
}

uint32_t milliseconds() { return static_cast<uint32_t>(ticks.read(timer()) / (clock_hz / 1000)); }
uint32_t microseconds() { return static_cast<uint32_t>(ticks.read(timer()) / (clock_hz / 1000000)); }

bool serial_read(uint8_t* byte) { return uart().read(byte); }
void serial_write(uint8_t byte) { uart().write(byte); }

void idle() {
  cortex_m::wait_for_interrupt();
  cortex_m::interrupt_unpend(kUartReceiveLine) = 1u << kUartReceiveLine;
  cortex_m::interrupt_state() = cortex_m::kUnpendSystick;
}

void feed_watchdog() { watchdog().feed(); }

const Flash& flash() { return port; }

void reset() { cortex_m::reset(); }

}  // namespace mote::board
