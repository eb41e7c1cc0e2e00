// Convolution for Armv7-M: the taps under up to three output pixels are gathered, then multiplied.
#include <string.h>

#include "device/kernels/conv_2d/columns_armv7_m.h"
#include "device/kernels/conv_2d/multiply_armv7_m.h"
#include "device/kernels/packed/armv7_m/column.h"
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {
namespace {

// The next output pixel in reading order.
void advance(Place& place, uint32_t width) {
  if (++place.x == width) place = {place.y + 1, 0};
}

class Run {
 public:
  Run(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
      const Rows<int8_t>& output)
      : conv_(conv),
        packed_(packed),
        ending_(ending),
        output_(output),
        gather_(conv, input),
        width_(static_cast<uint32_t>(conv.window.width.output)) {}

  void one_by_one(RowRange range, void* scratch) const {
    const uint32_t taps = taps_of(conv_);
    int32_t* const starts = static_cast<int32_t*>(scratch);
    int8_t* const inputs = reinterpret_cast<int8_t*>(starts + chunks_of(taps));
    memset(inputs + taps, 0, whole_words(taps) - taps);
    Column column(inputs, taps, starts);
    for (Place place = {range.first, 0}; place.y < range.end; advance(place, width_)) {
      gather_.pixel(place, inputs);
      int8_t* const to = output_at(place);
      column.multiply(packed_, conv_.output_channels, ending_.rounding, to);
      clamp_outputs(to, conv_.output_channels, ending_);
    }
  }

  void side_by_side(RowRange range, uint32_t columns, int32_t* scratch) const {
    Place place = {range.first, 0};
    for (uint32_t left = (range.end - range.first) * width_, count; left > 0; left -= count) {
      count = left < columns ? left : columns;
      Place places[kMostColumns];
      for (uint32_t i = 0; i < count; ++i, advance(place, width_)) places[i] = place;
      if (count == 1) places[1] = places[0];  // computed twice
      few(places, count == 3 ? 3 : 2, scratch);
    }
  }

 private:
  int8_t* output_at(const Place& place) const { return output_.at(place.y) + place.x * conv_.output_channels; }

  void few(const Place* places, uint32_t count, int32_t* scratch) const {
    Pixels pixels;
    for (uint32_t i = 0; i < count; ++i) pixels.outputs[i] = output_at(places[i]);
    gather_.pixels(places, count, scratch);
    pixels.weights = packed_.weights;
    pixels.records = packed_.records;
    pixels.columns = scratch;
    pixels.end = scratch + count * taps_of(conv_);
    pixels.channels = static_cast<int32_t>(conv_.output_channels);
    multiply(pixels, count, ending_.rounding);
    for (uint32_t i = 0; i < count; ++i) clamp_outputs(output_at(places[i]), conv_.output_channels, ending_);
  }

  const Convolution& conv_;
  const Packed& packed_;
  const Ending& ending_;
  const Rows<int8_t>& output_;
  const Gather gather_;
  const uint32_t width_;
};

}  // namespace

size_t conv_2d_scratch(const Convolution& conv, uint32_t columns) {
  const uint32_t taps = taps_of(conv);
  return columns == 1 ? starts_bytes(taps) + whole_words(taps) : 4 * size_t{columns} * taps;
}

void conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
             const Rows<int8_t>& output, RowRange range, uint32_t columns, void* scratch) {
  const Run run(conv, packed, ending, input, output);
  columns == 1 ? run.one_by_one(range, scratch) : run.side_by_side(range, columns, static_cast<int32_t*>(scratch));
}

}  // namespace mote::armv7_m
