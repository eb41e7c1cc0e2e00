// How sure a share of right answers is.
#pragma once

#include <cstdint>
#include <string>

namespace mote {

struct Interval {
  double low = 0, high = 1;
};

// Where a share of `right` among `count` lies with 95 % confidence (Wilson 1927, "Probable inference"); [0, 1] for count 0. It
// takes windows as independent: those of one recording are not, and the truth is then less sure than it says.
Interval wilson(uint32_t right, uint32_t count);

// Some of the windows: those of a group, of a class, of one value of a column.
struct Slice {
  std::string name;
  uint32_t windows = 0, right = 0;

  double accuracy() const { return windows == 0 ? 0 : static_cast<double>(right) / windows; }
  Interval interval() const { return wilson(right, windows); }
};

}  // namespace mote
