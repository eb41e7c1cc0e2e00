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
  const auto rows = static_cast<uint32_t>(height.input), columns = static_cast<uint32_t>(width.input);
  uint32_t row = y * static_cast<uint32_t>(height.stride) - static_cast<uint32_t>(height.pad);  // above the input: past its end
  for (int32_t i = 0; i < height.filter; ++i, row += static_cast<uint32_t>(conv.dilation_height)) {
    const uint32_t first = row < rows ? static_cast<uint32_t>(input.at(row) - input.base) : 0;
    uint32_t column = x * static_cast<uint32_t>(width.stride) - static_cast<uint32_t>(width.pad);
    for (int32_t j = 0; j < width.filter; ++j, column += static_cast<uint32_t>(conv.dilation_width))
      *places++ = row < rows && column < columns ? first + column * conv.input_channels : kOutside;
  }
}

}  // namespace mote
