// In groups the taps of a window lie apart, a few side by side, so they are gathered for all filters of their group.
#include <string.h>

#include "device/kernels/conv_2d/four.h"
#include "device/kernels/four_sums.h"

namespace mote {
namespace {

struct Gathered {
  const Conv2d& conv;
  const Rows<const int8_t>& input;
  uint32_t channels;  // of the group
  size_t first;       // of them

  // The filter's taps in their order; those outside the input are its zero point, which adds nothing.
  void take(const Taps& rows, const Taps& columns, int8_t* to) const {
    const Axis &height = conv.window.height, &width = conv.window.width;
    if (rows.last - rows.first < height.filter || columns.last - columns.first < width.filter)
      memset(to, conv.input_zero_point, static_cast<size_t>(height.filter * width.filter) * channels);
    const size_t step = static_cast<size_t>(width.dilation) * conv.input_channels;
    for (int32_t row = rows.first; row < rows.last; ++row) {
      const int8_t* from = input.at(static_cast<uint32_t>(rows.start + row * height.dilation)) + first +
                           static_cast<size_t>(columns.start + columns.first * width.dilation) * conv.input_channels;
      int8_t* place = to + static_cast<size_t>(row * width.filter + columns.first) * channels;
      for (int32_t column = columns.first; column < columns.last; ++column, from += step)
        for (uint32_t i = 0; i < channels; ++i) *place++ = from[i];
    }
  }
};

struct Filters {
  uint32_t first, count, taps;
};

// Four at a time; the ones that are left, one at a time.
void convolve(const Conv2d& conv, const int8_t* window, const int8_t* weights, const Filters& filters, int8_t* output) {
  const uint32_t taps = filters.taps, end = filters.first + filters.count;
  uint32_t channel = filters.first;
  for (; channel + 4 <= end; channel += 4, weights += size_t{4} * taps) {
    FourSums sums{};
    sums.add_dot(window, weights, taps, taps, conv.input_zero_point);
    sums.store(conv.scaling, conv.bias, channel, output);
  }
  for (; channel < end; ++channel, weights += taps) {
    const int32_t sum = weighted_sum(window, weights, taps, conv.input_zero_point);
    output[channel] = conv.scaling.apply(conv.bias[channel] + sum, channel);
  }
}

}  // namespace

void conv_2d_in_groups(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range) {
  const uint32_t channels = conv.input_channels / conv.groups, filters = conv.output_channels / conv.groups;
  const auto taps = static_cast<uint32_t>(conv.window.height.filter * conv.window.width.filter) * channels;
  int8_t window[kMostGathered];
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x, to += conv.output_channels) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t group = 0; group < conv.groups; ++group) {
        Gathered{conv, input, channels, size_t{group} * channels}.take(rows, columns, window);
        const uint32_t channel = group * filters;
        convolve(conv, window, weights + size_t{channel} * taps, {channel, filters, taps}, to);
      }
    }
  }
}

}  // namespace mote
