// depthwise_conv_2d with packed weights for x86-64: interleaves four input rows, so that a column's four taps lie together.
#include "device/kernels/packed/x86_64/interleave.h"
#include "device/kernels/packed/x86_64/scratch.h"

namespace mote::x86_64 {
namespace {

// The interleaved rows under one output row: [groups of four filter rows][columns][output channels][4 rows].
struct Interleaved {
  Columns columns;
  uint32_t row_groups, groups;
  size_t blank_bytes;  // a row of the input that holds its zero point, for what lies above and below it
  size_t row_bytes, bytes;

  explicit Interleaved(const Convolution& conv) {
    columns = columns_of(conv);
    row_groups = groups_of(static_cast<uint32_t>(conv.window.height.filter));
    groups = row_groups * static_cast<uint32_t>(conv.window.width.filter);
    blank_bytes = (columns.inside * conv.input_channels + 15) / 16 * 16;
    row_bytes = (columns.before + columns.inside + columns.after) * conv.output_channels * kGroup;
    bytes = row_bytes * row_groups;
  }
};

void fill_offsets(const Convolution& conv, const Interleaved& form, int32_t* offsets) {
  const size_t next_column = static_cast<size_t>(conv.dilation_width) * conv.output_channels * kGroup;
  for (int32_t column = 0; column < conv.window.width.filter; ++column)
    for (uint32_t rows = 0; rows < form.row_groups; ++rows)
      *offsets++ = static_cast<int32_t>(static_cast<size_t>(column) * next_column + rows * form.row_bytes);
}

// Filter rows past the last have no weight, so they may be any.
void interleave_group(const Convolution& conv, const Columns& columns, const Rows<const int8_t>& input, int32_t first,
                      uint8_t flip, const int8_t* blank, uint8_t* to) {
  const int8_t* rows[kGroup];
  for (int32_t i = 0; i < static_cast<int32_t>(kGroup); ++i) {
    const int32_t y = first + i * conv.dilation_height;
    rows[i] = y >= 0 && y < conv.window.height.input ? input.at(static_cast<uint32_t>(y)) : blank;
  }
  const size_t pixel = size_t{conv.output_channels} * kGroup;
  memset(to, zero_of(conv, flip), columns.before * pixel);
  to += columns.before * pixel;
  interleave(rows, columns.inside * conv.input_channels, conv.output_channels / conv.input_channels, flip, to);
  memset(to + columns.inside * pixel, zero_of(conv, flip), columns.after * pixel);
}

void run_row(const Instructions& machine, const Layer& layer, const Convolution& conv, const uint8_t* interleaved,
             int8_t* output) {
  const uint32_t count = static_cast<uint32_t>(conv.window.width.output);
  const uint32_t strips = (count + machine.apart_pixels - 1) / machine.apart_pixels;
  const size_t next_pixel = static_cast<size_t>(conv.window.width.stride) * conv.output_channels * kGroup;
  Strip strip;
  uint32_t x = 0;
  for (uint32_t i = 0; i < strips; ++i) {
    strip.pixels = (i + 1) * count / strips - x;
    for (uint32_t p = 0; p < strip.pixels; ++p, ++x) {
      strip.inputs[p] = interleaved + x * next_pixel;
      strip.outputs[p] = output + size_t{x} * conv.output_channels;
    }
    machine.apart(strip, layer);
  }
}

}  // namespace

size_t depthwise_conv_2d_scratch(const Convolution& conv) {
  const Interleaved form(conv);
  return table_bytes(form.groups) + form.blank_bytes + form.bytes + kSlack;
}

void depthwise_conv_2d(const Instructions& machine, const Convolution& conv, const Packed& packed, const Ending& ending,
                       const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range, void* scratch) {
  const Interleaved form(conv);
  int32_t* offsets = static_cast<int32_t*>(scratch);
  const Layer layer = {packed, ending, conv.output_channels, form.groups, offsets};
  int8_t* blank = static_cast<int8_t*>(scratch) + table_bytes(layer.groups);
  uint8_t* interleaved = reinterpret_cast<uint8_t*>(blank) + form.blank_bytes;
  fill_offsets(conv, form, offsets);
  memset(blank, conv.input_zero_point, form.blank_bytes);
  memset(interleaved + form.bytes, 0, kSlack);
  const Axis& axis = conv.window.height;
  for (int32_t y = static_cast<int32_t>(range.first); y < static_cast<int32_t>(range.end); ++y) {
    for (uint32_t group = 0; group < form.row_groups; ++group) {
      const int32_t first = y * axis.stride - axis.pad + static_cast<int32_t>(group * kGroup) * conv.dilation_height;
      interleave_group(conv, form.columns, input, first, machine.flip, blank, interleaved + group * form.row_bytes);
    }
    run_row(machine, layer, conv, interleaved, output.at(static_cast<uint32_t>(y)));
  }
}

}  // namespace mote::x86_64
