// A fleet whose truth is known, for false-alarm rates and power: values are drawn, sketched and reported as devices do it.
#pragma once

#include <cstdint>
#include <string>

#include "host/drift/judge.h"

namespace mote::drift {

enum class Shape {
  own_bins,     // normal values; the bins fit the machine
  fleet_bins,   // normal values; the bins fit a fleet whose machines differ by six standard deviations
  confidence,   // most windows at the top, a tail below
  heavy_tails,  // Student's t with 3 degrees of freedom
  correlated,   // normal, each window remembers 0.9 of the one before: what the tests assume is not so
};
const char* name_of(Shape shape);

struct Simulation {
  Policy policy;
  uint32_t devices = 21;
  uint32_t scalars = 7;  // the last one has the shape `confidence` where `shape` is a normal one
  Shape shape = Shape::fleet_bins;
  uint32_t report_windows = 32;
  uint32_t windows_before = 768;  // reference included
  uint32_t windows_after = 512;   // of the change
  uint32_t changed_devices = 0;   // the first ones ...
  uint32_t changed_scalars = 1;   // ... in their first scalars
  double shift = 0.5;             // standard deviations between windows
  double spread = 1;              // factor on the standard deviation
};

struct Outcome {
  bool alarm_before = false;     // at any look before the change: false
  bool alarm_elsewhere = false;  // at any look, on a scalar that did not change: false
  uint32_t found = 0;            // changed scalars that were an alarm at the last look
  uint32_t wanted = 0;
};

Outcome simulate(const Simulation& simulation, uint64_t seed);

}  // namespace mote::drift
