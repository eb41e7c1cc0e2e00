// How the convolutions of the packed form for Armv8.1-M cut an output row into chunks whose inputs fit into scratch.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::armv8_1_m_mve {

constexpr uint32_t kBlocksAtOnce = 16;  // blocks summed before they are scaled, of one pair of places or of several
constexpr uint32_t kScratchAim = 2048;  // bytes; exceeded only where not even the smallest chunk fits

// Equal chunks of at most `most` places.
constexpr uint32_t chunk_of(uint32_t places, uint32_t most) {
  if (most < 1) most = 1;
  const uint32_t chunks = (places + most - 1) / most;
  return (places + chunks - 1) / chunks;
}

// conv_2d: the columns of a row of windows stand one after the other, each with its taps of all filter rows, so that a window is
// a run of bytes. A filter of one row finds that in the input itself.
struct ColumnPlan {
  bool in_place;                      // windows are read where the input lies
  bool pointwise;                     // and lie side by side, as do output places, from row to row
  bool shared;                        // neighbouring windows share columns; with dilation each has its own
  uint32_t taps, vectors;             // of a filter
  uint32_t column_bytes, step_bytes;  // from column to column, from window to window
  uint32_t places;                    // of a chunk
  uint32_t blocks, pairs;             // of channels and of places, summed before they are scaled
  uint32_t buffer_bytes;

  uint32_t sum_bytes() const { return 2 * kBlock * sizeof(int32_t) * blocks * pairs; }

  explicit ColumnPlan(const Convolution& conv) {
    const Axis &height = conv.window.height, &width = conv.window.width;
    const auto columns = static_cast<uint32_t>(width.filter), outputs = static_cast<uint32_t>(width.output);
    const auto stride = static_cast<uint32_t>(width.stride);
    column_bytes = static_cast<uint32_t>(height.filter) * conv.input_channels;
    taps = columns * column_bytes;
    vectors = round_up(taps, kVector) / kVector;
    blocks = chunk_of(blocks_of(conv.output_channels), kBlocksAtOnce);
    pairs = blocks < blocks_of(conv.output_channels) ? 1 : kBlocksAtOnce / blocks;
    shared = conv.dilation_width == 1;
    const bool inside = width.pad == 0 && (width.output - 1) * width.stride + width.filter <= width.input;
    in_place = height.filter == 1 && shared && inside;
    pointwise = in_place && width.filter == 1 && width.stride == 1 && height.stride == 1;
    step_bytes = (shared ? stride : columns) * column_bytes;
    const uint32_t room = kScratchAim / column_bytes;
    const uint32_t most = shared ? (room > columns ? (room - columns) / stride + 1 : 1) : room / columns;
    places = in_place ? outputs : chunk_of(outputs, most < 2 ? 2 : most & ~1u);
    const uint32_t held = (places - 1) * (step_bytes / column_bytes) + columns;
    buffer_bytes = in_place ? 0 : round_up(held * column_bytes + kVector - 1, kVector);
  }
};

// depthwise_conv_2d: of a group of channels, every column of four filter rows is a word, so that four words, wherever they lie,
// are the sixteen taps of a tile.
struct TilePlan {
  uint32_t tile_rows, words, tiles;
  uint32_t group;          // channels
  bool together;           // all channels are one group, so that columns lie side by side in the input as in the plane
  uint32_t column_bytes;   // from column to column
  uint32_t channel_bytes;  // bias and weights
  uint32_t places;         // of a chunk
  uint32_t plane_bytes;    // the columns of one tile row

  explicit TilePlan(const Convolution& conv) {
    const Axis &height = conv.window.height, &width = conv.window.width;
    tile_rows = round_up(static_cast<uint32_t>(height.filter), kTile) / kTile;
    words = tile_rows * static_cast<uint32_t>(width.filter);
    tiles = round_up(words, kTile) / kTile;
    together = conv.input_channels <= kVector;
    group = together ? conv.input_channels : kVector;
    column_bytes = kTile * group;
    channel_bytes = sizeof(int32_t) + tiles * kVector;
    keeps_sums_ = tiles > 1 || conv.output_channels % kBlock != 0;
    const auto stride = static_cast<uint32_t>(width.stride), outputs = static_cast<uint32_t>(width.output);
    const uint32_t reach = static_cast<uint32_t>(width.filter - 1) * static_cast<uint32_t>(conv.dilation_width) + 1;
    const uint32_t fixed = (reach * column_bytes + kSlack) * tile_rows;
    const uint32_t each = stride * column_bytes * tile_rows + (keeps_sums_ ? kSumBytes : 0);
    places = chunk_of(outputs, fixed < kScratchAim ? (kScratchAim - fixed) / each + 1 : 1);
    plane_bytes = round_up(((places - 1) * stride + reach) * column_bytes + kSlack, kVector);
  }

  uint32_t word_bytes() const { return tiles * kTile * static_cast<uint32_t>(sizeof(uint32_t)); }
  uint32_t sum_bytes() const { return keeps_sums_ ? places * kSumBytes : 0; }

 private:
  static constexpr uint32_t kSlack = kTile * kVector;  // a whole interleaved store may begin at the last column
  static constexpr uint32_t kSumBytes = kBlock * sizeof(int32_t);
  bool keeps_sums_;  // for what does not go from sums to output in registers
};

}  // namespace mote::armv8_1_m_mve
