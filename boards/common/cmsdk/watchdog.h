// The watchdog of Arm's Cortex-M System Design Kit (ARM DDI 0479, 4.5): the first time it runs out it raises the non-maskable
// interrupt, the second time it resets the core.
#pragma once

#include <stdint.h>

namespace mote::cmsdk {

struct Watchdog {
  volatile uint32_t load;
  volatile uint32_t value;
  volatile uint32_t control;
  volatile uint32_t clear;

  // Starts it where it does not run yet; it counts from `ticks` again.
  void feed(uint32_t ticks) {
    load = ticks;
    control = 3;  // count, and reset at the end
    clear = 1;
  }
};

}  // namespace mote::cmsdk
