// Weights of 4 bits are unpacked some at a time, for several places of a row that share them.
#include "device/kernels/conv_2d/four.h"
#include "device/kernels/four_sums.h"
#include "device/kernels/nibbles.h"

namespace mote {
namespace {

constexpr uint32_t kPlaces = 16, kChunk = 64;

// Part of a filter row of four channels, and what it adds to a place that has all of it.
struct Chunk {
  int8_t weights[4 * kChunk];
  int32_t zero_sums[4];  // of the input's zero point

  // Sums of channels that are not there are of weights that happen to be here.
  void take(Nibbles filter, size_t taps, uint32_t channels, uint32_t count, int32_t zero_point) {
    for (uint32_t k = 0; k < channels; ++k) zero_sums[k] = unpack(filter + k * taps, count, weights + k * kChunk) * zero_point;
  }
};

// How taps lie in the input: of `pixel` channels a group reads `channels`.
struct Reading {
  int32_t channels, pixel, dilation, zero_point;
};

struct Places {
  Taps columns[kPlaces];
  FourSums sums[kPlaces];
  uint32_t count;

  Places(const Axis& width, int32_t x, uint32_t some) : count(some) {
    for (uint32_t i = 0; i < some; ++i) columns[i] = taps_at(width, x + static_cast<int32_t>(i));
  }

  // Taps first ... end of a filter row, counted in channels, from column `column` of the filter on. Tap t of a place reads
  // line[(its start + column * dilation) * pixel + t - column * channels].
  void add(const Chunk& chunk, const int8_t* line, int32_t first, int32_t end, const Reading& reading) {
    const int32_t channels = reading.channels, column = first / channels;
    for (uint32_t i = 0; i < count; ++i) {
      const Taps& at = columns[i];
      const int32_t from = at.first * channels > first ? at.first * channels : first;
      const int32_t till = at.last * channels < end ? at.last * channels : end;
      if (from >= till) continue;
      const int8_t *data = line + (at.start + column * reading.dilation) * reading.pixel + (from - column * channels),
                   *weights = chunk.weights + (from - first);
      const auto taps = static_cast<uint32_t>(till - from);
      if (till - from < end - first) {
        sums[i].add_dot(data, weights, kChunk, taps, reading.zero_point);
      } else {
        sums[i].add_products(data, weights, kChunk, taps);
        for (uint32_t k = 0; k < 4; ++k) sums[i].at[k] -= chunk.zero_sums[k];
      }
    }
  }
};

// The sums of up to four channels, whose first filter begins at `filter`, at all places.
void sum_at(const Conv2d& conv, const Rows<const int8_t>& input, Nibbles filter, uint32_t filters, const Taps& rows,
            Places* places) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const auto channels = static_cast<int32_t>(conv.input_channels / conv.groups), row_taps = width.filter * channels;
  const Reading reading = {channels, static_cast<int32_t>(conv.input_channels), width.dilation, conv.input_zero_point};
  const bool joined = width.dilation == 1 && conv.groups == 1;
  Chunk chunk{};
  for (FourSums& sums : places->sums) sums = {};
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* line = input.at(static_cast<uint32_t>(rows.start + row * height.dilation));
    for (int32_t first = 0, count = 0; first < row_taps; first += count) {
      count = joined ? row_taps - first : channels - first % channels;
      if (count > static_cast<int32_t>(kChunk)) count = kChunk;
      chunk.take(filter + static_cast<size_t>(row * row_taps + first), static_cast<size_t>(height.filter * row_taps), filters,
                 static_cast<uint32_t>(count), conv.input_zero_point);
      places->add(chunk, line, first, first + count, reading);
    }
  }
}

}  // namespace

void conv_2d_by_four(const Conv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output, RowRange range) {
  const uint32_t channels = conv.input_channels / conv.groups, of_group = conv.output_channels / conv.groups;
  const size_t taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * channels;
  const auto row_places = static_cast<uint32_t>(conv.window.width.output);
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    for (uint32_t x = 0; x < row_places; x += kPlaces) {
      Places places(conv.window.width, static_cast<int32_t>(x), row_places - x < kPlaces ? row_places - x : kPlaces);
      int8_t* to = output.at(y) + size_t{x} * conv.output_channels;
      for (uint32_t channel = 0, filters = 0; channel < conv.output_channels; channel += filters) {
        const uint32_t group = channel / of_group, left = (group + 1) * of_group - channel;
        filters = left < 4 ? left : 4;
        const Rows<const int8_t> from = {input.base + size_t{group} * channels, input.held, input.row};
        sum_at(conv, from, weights + channel * taps, filters, rows, &places);
        for (uint32_t i = 0; i < places.count; ++i)
          places.sums[i].store(conv.scaling, conv.bias, channel, to + size_t{i} * conv.output_channels, filters);
      }
    }
  }
}

}  // namespace mote
