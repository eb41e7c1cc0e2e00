// conv_2d with packed weights for x86-64: copies the input rows that a few output rows cover, then computes strips of pixels.
#include "device/kernels/packed/x86_64/scratch.h"

namespace mote::x86_64 {
namespace {

constexpr int32_t kBatchPixels = 96;  // so many pixels make the rows that are copied twice few, and strips long

// Output rows that are computed together, and the copy of the input that they need.
struct Batch {
  int32_t rows;
  Columns columns;
  size_t row_bytes, bytes;

  explicit Batch(const Convolution& conv) {
    const Window& window = conv.window;
    const int32_t fit = kBatchPixels / window.width.output;
    rows = fit < 1 ? 1 : fit < window.height.output ? fit : window.height.output;
    columns = columns_of(conv);
    row_bytes = (columns.before + columns.inside + columns.after) * conv.input_channels;
    bytes = row_bytes * static_cast<size_t>(reach(window.height, conv.dilation_height, rows));
  }
};

Runs runs_of(const Convolution& conv) {
  return x86_64::runs_of(static_cast<uint32_t>(conv.window.height.filter), static_cast<uint32_t>(conv.window.width.filter),
                         conv.input_channels, conv.dilation_width);
}

void fill_offsets(const Convolution& conv, const Batch& batch, int32_t* offsets) {
  const Runs runs = runs_of(conv);
  const uint32_t runs_of_row = runs.count / static_cast<uint32_t>(conv.window.height.filter);
  const size_t next_row = static_cast<size_t>(conv.dilation_height) * batch.row_bytes;
  const size_t next_tap = static_cast<size_t>(conv.dilation_width) * conv.input_channels;
  for (uint32_t run = 0; run < runs.count; ++run)
    for (uint32_t tap = 0; tap < runs.length; tap += kGroup)
      *offsets++ = static_cast<int32_t>(run / runs_of_row * next_row + run % runs_of_row * next_tap + tap);
}

void copy_row(const Convolution& conv, const Columns& columns, const int8_t* from, uint8_t flip, uint8_t* to) {
  const size_t channels = conv.input_channels, inside = columns.inside * channels;
  memset(to, zero_of(conv, flip), columns.before * channels);
  to += columns.before * channels;
  for (size_t i = 0; i < inside; ++i) to[i] = static_cast<uint8_t>(from[i]) ^ flip;
  memset(to + inside, zero_of(conv, flip), columns.after * channels);
}

void copy_rows(const Convolution& conv, const Batch& batch, const Rows<const int8_t>& input, int32_t first, int32_t rows,
               uint8_t flip, uint8_t* copy) {
  const Axis& axis = conv.window.height;
  const int32_t covered = reach(axis, conv.dilation_height, 1), all = reach(axis, conv.dilation_height, rows);
  for (int32_t i = 0; i < all; ++i, copy += batch.row_bytes) {
    if (i % axis.stride >= covered) continue;  // no window covers it
    const int32_t y = first * axis.stride - axis.pad + i;
    if (y >= 0 && y < axis.input)
      copy_row(conv, batch.columns, input.at(static_cast<uint32_t>(y)), flip, copy);
    else
      memset(copy, zero_of(conv, flip), batch.row_bytes);
  }
}

// Where pixels of a batch begin in the copy, and where they go.
struct Pixels {
  const Convolution& conv;
  const Batch& batch;
  const uint8_t* copy;
  const Rows<int8_t>& output;
  int32_t y, x, row;  // the next pixel: column x of output row y, row `row` of the batch

  void fill(Strip& strip, uint32_t count) {
    const size_t next_row = static_cast<size_t>(conv.window.height.stride) * batch.row_bytes;
    const size_t next_pixel = static_cast<size_t>(conv.window.width.stride) * conv.input_channels;
    strip.pixels = count;
    for (uint32_t i = 0; i < count; ++i) {
      strip.inputs[i] = copy + static_cast<size_t>(row) * next_row + static_cast<size_t>(x) * next_pixel;
      strip.outputs[i] = output.at(static_cast<uint32_t>(y + row)) + static_cast<size_t>(x) * conv.output_channels;
      if (++x == conv.window.width.output) x = 0, ++row;
    }
  }
};

// The pixels in as few strips as they fill, all about as long.
void run_batch(const Instructions& machine, const Layer& layer, Pixels pixels, uint32_t count) {
  const uint32_t strips = (count + machine.shared_pixels - 1) / machine.shared_pixels;
  Strip strip;
  for (uint32_t i = 0; i < strips; ++i) {
    pixels.fill(strip, (i + 1) * count / strips - i * count / strips);
    machine.shared(strip, layer);
  }
}

}  // namespace

size_t conv_2d_scratch(const Convolution& conv) {
  const Runs runs = runs_of(conv);
  return table_bytes(runs.count * groups_of(runs.length)) + Batch(conv).bytes + kSlack;
}

void conv_2d(const Instructions& machine, const Convolution& conv, const Packed& packed, const Ending& ending,
             const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range, void* scratch) {
  const Runs runs = runs_of(conv);
  const Batch batch(conv);
  int32_t* offsets = static_cast<int32_t*>(scratch);
  const Layer layer = {packed, ending, conv.output_channels, runs.count * groups_of(runs.length), offsets};
  uint8_t* copy = static_cast<uint8_t*>(scratch) + table_bytes(layer.groups);
  fill_offsets(conv, batch, offsets);
  memset(copy + batch.bytes, 0, kSlack);
  for (int32_t y = static_cast<int32_t>(range.first); y < static_cast<int32_t>(range.end); y += batch.rows) {
    const int32_t left = static_cast<int32_t>(range.end) - y;
    const int32_t rows = left < batch.rows ? left : batch.rows;
    copy_rows(conv, batch, input, y, rows, machine.flip, copy);
    run_batch(machine, layer, {conv, batch, copy, output, y, 0, 0},
              static_cast<uint32_t>(rows) * static_cast<uint32_t>(conv.window.width.output));
  }
}

}  // namespace mote::x86_64
