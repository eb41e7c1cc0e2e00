// The UART of Arm's Cortex-M System Design Kit (ARM DDI 0479, 4.3).
#pragma once

#include <stdint.h>

namespace mote::cmsdk {

struct Uart {
  volatile uint32_t data;
  volatile uint32_t state;
  volatile uint32_t control;
  volatile uint32_t interrupt;  // read: status; write 1: clear
  volatile uint32_t divider;    // of the clock; 16 at least

  static constexpr uint32_t kSendFull = 1, kReceived = 2;                    // state
  static constexpr uint32_t kSend = 1, kReceive = 2, kReceiveInterrupt = 8;  // control
  static constexpr uint32_t kReceiveInterruptPending = 2;                    // interrupt

  void start(uint32_t clock_hz, uint32_t baud) {
    divider = clock_hz / baud;
    control = kSend | kReceive | kReceiveInterrupt;
  }
  bool read(uint8_t* byte) {
    if ((state & kReceived) == 0) return false;
    interrupt = kReceiveInterruptPending;
    *byte = static_cast<uint8_t>(data);
    return true;
  }
  void write(uint8_t byte) {
    while ((state & kSendFull) != 0) {
    }
    data = byte;
  }
};

}  // namespace mote::cmsdk
