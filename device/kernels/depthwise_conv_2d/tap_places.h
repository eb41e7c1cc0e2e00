// Where the taps of a depthwise filter of any shape lie, found once for all channels of an output place.
#pragma once

#include "device/kernels/rows.h"
#include "device/kernels/window.h"

namespace mote {

constexpr uint32_t kOutside = UINT32_MAX;  // of a tap beside the input, which reads as the zero point

template <typename Convolution>
size_t tap_places_bytes(const Convolution& conv) {
  return sizeof(uint32_t) * static_cast<size_t>(conv.window.height.filter) * static_cast<size_t>(conv.window.width.filter);
}

// Of each tap of output (y, x), in the order of the filter: elements from the input's base to channel 0, or kOutside.
template <typename Convolution>
void find_places(const Convolution& conv, const Rows<const int8_t>& input, uint32_t y, uint32_t x, uint32_t* places) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  int32_t row = static_cast<int32_t>(y) * height.stride - height.pad;
  for (int32_t i = 0; i < height.filter; ++i, row += conv.dilation_height) {
    const bool inside = row >= 0 && row < height.input;
    const auto first = inside ? static_cast<uint32_t>(input.at(static_cast<uint32_t>(row)) - input.base) : 0;
    int32_t column = static_cast<int32_t>(x) * width.stride - width.pad;
    for (int32_t j = 0; j < width.filter; ++j, column += conv.dilation_width) {
      const bool on = inside && column >= 0 && column < width.input;
      *places++ = on ? first + static_cast<uint32_t>(column) * conv.input_channels : kOutside;
    }
  }
}

}  // namespace mote
