// depthwise_conv_2d in the packed form for Armv8.1-M with Helium: taps brought side by side, sixteen multiplied at once.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_move.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_tiles.h"

namespace mote::armv8_1_m_mve {
namespace {

constexpr uint32_t kKeptTileRows = 6;  // whose input rows are found once for all channels

// Places [x, x + places) of an output row, and the columns they cover: those from `first` to `end`, counted from `start`, lie in
// the input.
struct Chunk {
  uint32_t x, places;
  int32_t start;
  uint32_t columns, first, end;

  Chunk(const Convolution& conv, uint32_t begin, uint32_t most) : x(begin) {
    const Axis& width = conv.window.width;
    const uint32_t left = static_cast<uint32_t>(width.output) - begin;
    places = left < most ? left : most;
    start = static_cast<int32_t>(begin) * width.stride - width.pad;
    const int32_t last = static_cast<int32_t>(places - 1) * width.stride + (width.filter - 1) * conv.dilation_width;
    columns = static_cast<uint32_t>(last + 1);
    first = below(0);
    end = below(width.input);
  }

 private:
  uint32_t below(int32_t bound) const {
    if (start >= bound) return 0;
    const auto count = static_cast<uint32_t>(bound - start);
    return count < columns ? count : columns;
  }
};

// Where the words of a filter lie among the planes, tile after tile; past the last one, where weights are 0, anywhere.
void find_words(const Convolution& conv, const TilePlan& plan, uint32_t* words) {
  const uint32_t columns = static_cast<uint32_t>(conv.window.width.filter), all = plan.tiles * kTile;
  const uint32_t step = plan.column_bytes * static_cast<uint32_t>(conv.dilation_width);
  for (uint32_t i = plan.words; i < all; ++i) words[i] = 0;
  for (uint32_t row = 0; row < plan.tile_rows; ++row)
    for (uint32_t column = 0; column < columns; ++column) *words++ = row * plan.plane_bytes + column * step;
}

class DepthwiseConv2d {
 public:
  DepthwiseConv2d(const Convolution& conv, const Packed& packed, const Ending& ending, void* scratch)
      : conv_(conv),
        plan_(conv),
        packed_(packed),
        ending_(ending),
        words_(static_cast<uint32_t*>(scratch)),
        sums_(reinterpret_cast<int32_t*>(words_ + plan_.tiles * kTile)),
        planes_(reinterpret_cast<int8_t*>(sums_) + plan_.sum_bytes()),
        zero_point_(static_cast<int8_t>(conv.input_zero_point)) {
    fill_bytes(zero_points_, zero_point_, sizeof zero_points_);
    find_words(conv, plan_, words_);
  }

  void row(const Rows<const int8_t>& input, uint32_t y, int8_t* output) const {
    for (uint32_t x = 0; x < static_cast<uint32_t>(conv_.window.width.output); x += plan_.places)
      run(input, y, Chunk(conv_, x, plan_.places), output + x * conv_.output_channels);
  }

 private:
  const Convolution& conv_;
  const TilePlan plan_;
  const Packed packed_;
  const Ending ending_;
  uint32_t* const words_;
  int32_t* const sums_;
  int8_t* const planes_;
  const int8_t zero_point_;
  int8_t zero_points_[kVector];

  void run(const Rows<const int8_t>& input, uint32_t y, const Chunk& chunk, int8_t* output) const {
    FourRows rows[kKeptTileRows];
    const uint32_t kept = plan_.tile_rows < kKeptTileRows ? plan_.tile_rows : kKeptTileRows;
    for (uint32_t i = 0; i < kept; ++i) rows[i] = rows_of(input, y, i, chunk);
    const uint32_t channels = conv_.output_channels;
    for (uint32_t channel = 0; channel < channels; channel += plan_.group) {
      for (uint32_t i = 0; i < kept; ++i) {
        int8_t* plane = planes_ + i * plan_.plane_bytes;
        lay_out(rows[i], chunk, channels - channel, plane);
        if (channel == 0) fill_sides(chunk, plane);
      }
      if (kept < plan_.tile_rows) lay_out_rest(input, y, chunk, channel);
      run_group(chunk.places, channel, channels - channel < plan_.group ? channels - channel : plan_.group, output + channel);
    }
  }

  // The tile rows that are not kept.
  [[gnu::noinline]] void lay_out_rest(const Rows<const int8_t>& input, uint32_t y, const Chunk& chunk, uint32_t channel) const {
    for (uint32_t i = kKeptTileRows; i < plan_.tile_rows; ++i) {
      FourRows rows = rows_of(input, y, i, chunk);
      for (uint32_t k = 0; k < kTile; ++k) rows.from[k] += rows.step[k] == 0 ? 0 : channel;
      int8_t* plane = planes_ + i * plan_.plane_bytes;
      lay_out(rows, chunk, conv_.output_channels - channel, plane);
      if (channel == 0) fill_sides(chunk, plane);
    }
  }

  // The four rows of a tile from the chunk's first column on. Those outside the input or the filter read as the zero point.
  FourRows rows_of(const Rows<const int8_t>& input, uint32_t y, uint32_t tile_row, const Chunk& chunk) const {
    const Axis& height = conv_.window.height;
    const uint32_t channels = conv_.input_channels;
    const size_t offset = static_cast<size_t>(chunk.start + static_cast<int32_t>(chunk.first)) * channels;
    FourRows rows;
    for (uint32_t i = 0; i < kTile; ++i) {
      const auto tap = static_cast<int32_t>(tile_row * kTile + i);
      const int32_t from = static_cast<int32_t>(y) * height.stride - height.pad + tap * conv_.dilation_height;
      const bool there = tap < height.filter && from >= 0 && from < height.input;
      rows.from[i] = there ? input.at(static_cast<uint32_t>(from)) + offset : zero_points_;
      rows.step[i] = !there ? 0 : plan_.together ? kVector : channels;
    }
    return rows;
  }

  // The columns that lie in the input, for a group of channels; then `rows` are those of the next group.
  void lay_out(FourRows& rows, const Chunk& chunk, uint32_t channels, int8_t* plane) const {
    const uint32_t columns = chunk.end - chunk.first;
    plane += chunk.first * plan_.column_bytes;
    if (!plan_.together) {
      interleave(rows, columns, channels < kVector ? channels : kVector, plane);
      for (uint32_t i = 0; i < kTile; ++i) rows.from[i] += rows.step[i] == 0 ? 0 : kVector;
      return;
    }
    const uint32_t bytes = columns * channels, whole = bytes / kVector, rest = bytes % kVector;
    interleave(rows, whole, kVector, plane);
    if (rest == 0) return;
    for (uint32_t i = 0; i < kTile; ++i) rows.from[i] += whole * rows.step[i];
    interleave(rows, 1, rest, plane + whole * kTile * kVector);
  }

  // The columns outside the input. They are the same for every group.
  void fill_sides(const Chunk& chunk, int8_t* plane) const {
    fill_bytes(plane, zero_point_, chunk.first * plan_.column_bytes);
    fill_bytes(plane + chunk.end * plan_.column_bytes, zero_point_, (chunk.columns - chunk.end) * plan_.column_bytes);
  }

  void run_group(uint32_t places, uint32_t channel, uint32_t channels, int8_t* output) const {
    TilePlaces tile = {planes_, words_, plan_.column_bytes * static_cast<uint32_t>(conv_.window.width.stride), places};
    const int32_t* scales = packed_.scales + 2 * channel;
    const int8_t* filters = packed_.filters + channel * plan_.channel_bytes;
    const uint32_t whole = plan_.tiles == 1 ? channels / kBlock : 0;
    if (whole > 0) run_tile(filters, scales, tile, whole, ending_, output, conv_.output_channels);
    for (uint32_t i = whole * kBlock; i < channels; i += kBlock) {
      tile.planes = planes_ + i * kTile;
      sum_tiles(filters + i * plan_.channel_bytes, tile);
      scale_places(sums_, scales + 2 * i, places, channels - i, ending_, output + i, conv_.output_channels);
    }
  }

  void sum_tiles(const int8_t* filter, TilePlaces places) const {
    const auto* bias = reinterpret_cast<const int32_t*>(filter);
    const int8_t* weights = filter + kBlock * sizeof(int32_t);
    for (uint32_t tile = 0; tile < plan_.tiles; ++tile, weights += kBlock * kVector, places.words += kTile) {
      sum_tile(weights, places, bias, sums_);
      bias = nullptr;
    }
  }
};

}  // namespace

void depthwise_conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
                       const Rows<int8_t>& output, RowRange range, void* scratch) {
  const DepthwiseConv2d kernel(conv, packed, ending, scratch);
  for (uint32_t y = range.first; y < range.end; ++y) kernel.row(input, y, output.at(y));
}

}  // namespace mote::armv8_1_m_mve
