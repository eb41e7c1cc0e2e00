// What the programs of boards/common/app ask of a board. A board is one thing, so these are functions and not an object.
#pragma once

#include <stdint.h>

#include "device/port/flash.h"

namespace mote::board {

void start();  // clock and serial link; before anything else

uint32_t milliseconds();  // since start; wraps
uint32_t microseconds();  // since start; wraps. Both must be asked at least once a minute

// Of a counter at board.toml's [bench] ticks_hz that never stops; wraps.
uint32_t ticks();

bool serial_read(uint8_t* byte);  // false: nothing is waiting
void serial_write(uint8_t byte);  // waits until there is room

// May sleep until a byte has come or a few milliseconds have gone.
void idle();

// After so many seconds without food the watchdog, where there is one, has the core fault, and after as many again it resets it.
// It is first awake once it was fed.
constexpr uint32_t kWatchdogSeconds = 8;
void feed_watchdog();

const Flash& flash();  // the region of board.toml's [flash], on boards that have one

[[noreturn]] void reset();

// Given by the program: what to do when the core faults. Runs on an empty stack.
[[noreturn]] void on_fault();

}  // namespace mote::board
