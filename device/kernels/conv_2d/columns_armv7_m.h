// The taps under some output pixels, laid side by side.
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

struct Place {
  uint32_t y, x;
};

class Gather {
 public:
  Gather(const Convolution& conv, const Rows<const int8_t>& input);

  // The columns of `count` output pixels, 2 or 3, to [taps][count]. What lies outside the input is its zero point.
  void pixels(const Place* places, uint32_t count, int32_t* to) const;

  // The column of one output pixel, not widened.
  void pixel(const Place& place, int8_t* to) const { one(corner_of(place), 1, to); }

 private:
  // Where the filter's first tap lies.
  struct Corner {
    int32_t row, column;
  };

  Corner corner_of(const Place& place) const;
  bool is_inside(const Corner& corner) const;
  void three_inside(const Corner* corners, int32_t* to) const;
  template <typename T>
  void one(const Corner& corner, uint32_t columns, T* to) const;
  template <typename T>
  T* row(const int8_t* from, int32_t column, int32_t taps, uint32_t columns, T* to) const;

  const Convolution& conv_;
  const Rows<const int8_t>& input_;
  uint32_t row_taps_;  // of a filter row
  bool dense_;         // not dilated along the width
  bool never_outside_;
};

}  // namespace mote::armv7_m
