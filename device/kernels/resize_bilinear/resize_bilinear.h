// An image at another size, by linear interpolation in both directions.
#pragma once

#include <stdint.h>

#include "device/model/container.h"

namespace mote {

// One axis of the resizing. `step` is how far one output place lies from the next on the input, in 1024ths (O38).
struct ResizeAxis {
  int32_t input, output, step;
  bool half_pixel;  // places are the middles of pixels

  // Where output place `place` lies on the input, in 1024ths.
  int32_t at(int32_t place) const { return half_pixel ? place * step + step / 2 - 512 : place * step; }
};

ResizeAxis resize_axis(uint32_t input, uint32_t output, bool align_corners, bool half_pixel);

// input   int8 [height, width, channels]
// output  int8 [height, width, channels], same scale and zero point, must not overlap the input
//
// REQUIRES is_resize_inside() of both axes.
struct ResizeBilinear {
  ResizeAxis height, width;
  uint32_t channels;
  Rounding rounding;
};

// M57: no output place lies beyond the last input place. A step is rounded, so that a long way can end there.
bool is_resize_inside(const ResizeAxis& axis);

void resize_bilinear_reference(const ResizeBilinear& resize, const int8_t* input, int8_t* output);

}  // namespace mote
