// Convolution for Armv7E-M: up to three output pixels at a time, their taps gathered first.
#include "device/kernels/conv_2d/columns_armv7e_m.h"
#include "device/kernels/conv_2d/multiply_armv7e_m.h"
#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/small.h"

namespace mote::armv7e_m {
namespace {

uint32_t column_words(const Convolution& conv) { return 2 * words_of(taps_of(conv)); }

}  // namespace

size_t conv_2d_scratch(const Convolution& conv, uint32_t columns) { return 4 * size_t{columns} * column_words(conv); }

void conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
             const Rows<int8_t>& output, RowRange range, uint32_t columns, void* scratch) {
  if (kSmall && columns < kMostColumns) columns = 1;  // there is no code for two
  const uint32_t width = static_cast<uint32_t>(conv.window.width.output), words = column_words(conv);
  uint32_t* const expanded = static_cast<uint32_t*>(scratch);
  const Gather gather(conv, input);
  Place place = {range.first, 0};
  for (uint32_t left = (range.end - range.first) * width, count; left > 0; left -= count) {
    count = left >= columns ? columns : kSmall ? 1 : left;
    Pixels pixels;
    Place places[kMostColumns];
    int8_t* outputs[kMostColumns];
    for (uint32_t i = 0; i < count; ++i) {
      places[i] = place;
      pixels.outputs[i] = outputs[i] = output.at(place.y) + place.x * conv.output_channels;
      if (++place.x == width) place = {place.y + 1, 0};
    }
    gather.pixels(places, count, expanded);
    pixels.weights = packed.weights;
    pixels.records = packed.records;
    pixels.columns = expanded;
    pixels.end = expanded + count * words;
    pixels.channels = static_cast<int32_t>(conv.output_channels);
    multiply(pixels, count, ending.rounding);
    for (uint32_t i = 0; i < count; ++i) clamp_outputs(outputs[i], conv.output_channels, ending);
  }
}

}  // namespace mote::armv7e_m
