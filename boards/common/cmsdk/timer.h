// The timer of Arm's Cortex-M System Design Kit (ARM DDI 0479, 4.1) as a clock that never stops.
#pragma once

#include <stdint.h>

namespace mote::cmsdk {

struct Timer {
  volatile uint32_t control;
  volatile uint32_t value;  // counts down
  volatile uint32_t reload;
  volatile uint32_t interrupt;

  void start() {
    reload = UINT32_MAX;
    value = UINT32_MAX;
    control = 1;
  }
};

// Widens the timer's 32 bits, which at 25 MHz last 171 s, as long as it is asked more often than that.
class Ticks {
 public:
  uint64_t read(const Timer& timer) {
    const uint32_t now = ~timer.value;
    total_ += static_cast<uint32_t>(now - last_);
    last_ = now;
    return total_;
  }

 private:
  uint64_t total_ = 0;
  uint32_t last_ = 0;
};

}  // namespace mote::cmsdk
