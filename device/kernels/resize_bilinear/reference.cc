// Bilinear resizing in 1024ths of a pixel, one output place after the other.
#include <stddef.h>

#include "device/kernels/resize_bilinear/resize_bilinear.h"

namespace mote {
namespace {

constexpr int32_t kUnit = 1024;

// The two input places about an output place, and how far it lies behind the first (before it, next to the edge).
struct Between {
  int32_t low, high, offset;
};

Between between(const ResizeAxis& axis, int32_t place) {
  const int32_t at = axis.at(place);
  const int32_t low = at / kUnit > 0 ? at / kUnit : 0, high = (at + kUnit - 1) / kUnit;
  return {low, high < axis.input ? high : axis.input - 1, at - low * kUnit};
}

// sum / 2^20, rounded as the model rounds.
int8_t rounded(int64_t sum, Rounding rounding) {
  constexpr int64_t kHalf = 1 << 19, kWhole = 1 << 20;
  if (rounding == Rounding::single_rounding) return static_cast<int8_t>((sum + kHalf) >> 20);
  return static_cast<int8_t>((sum > 0 ? sum + kHalf : sum - kHalf) / kWhole);
}

}  // namespace

ResizeAxis resize_axis(uint32_t input, uint32_t output, bool align_corners, bool half_pixel) {
  const auto from = static_cast<int32_t>(input), to = static_cast<int32_t>(output);
  const bool corners = align_corners && to > 1;
  const int32_t way = corners ? from - 1 : from, steps = corners ? to - 1 : to;
  return {from, to, (kUnit * way + steps / 2) / steps, half_pixel};
}

bool is_resize_inside(const ResizeAxis& axis) { return axis.at(axis.output - 1) / kUnit < axis.input; }

void resize_bilinear_reference(const ResizeBilinear& resize, const int8_t* input, int8_t* output) {
  const size_t row = static_cast<size_t>(resize.width.input) * resize.channels;
  for (int32_t y = 0; y < resize.height.output; ++y) {
    const Between rows = between(resize.height, y);
    const int8_t *upper = input + static_cast<size_t>(rows.low) * row, *lower = input + static_cast<size_t>(rows.high) * row;
    for (int32_t x = 0; x < resize.width.output; ++x) {
      const Between columns = between(resize.width, x);
      const size_t left = static_cast<size_t>(columns.low) * resize.channels;
      const size_t right = static_cast<size_t>(columns.high) * resize.channels;
      for (uint32_t c = 0; c < resize.channels; ++c) {
        const int64_t above = int64_t{upper[left + c]} * (kUnit - columns.offset) + upper[right + c] * columns.offset;
        const int64_t below = int64_t{lower[left + c]} * (kUnit - columns.offset) + lower[right + c] * columns.offset;
        *output++ = rounded(above * (kUnit - rows.offset) + below * rows.offset, resize.rounding);
      }
    }
  }
}

}  // namespace mote
