// depthwise_conv_2d in the packed form for Armv8.1-M with Helium: taps brought side by side, sixteen multiplied at once.
#include <string.h>

#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_interleave.h"
#include "device/kernels/packed/mve_move.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::mve {
namespace {

// What one call of the innermost loops works on: some places of output row y, and the channels of one group.
struct Part {
  uint32_t y, x, places;
  uint32_t channel, channels;
};

class DepthwiseConv2d {
 public:
  DepthwiseConv2d(const ConvolutionLayer& layer, void* scratch)
      : layer_(layer),
        plan_(layer.shape),
        sums_(static_cast<int32_t*>(scratch)),
        planes_(static_cast<int8_t*>(scratch) + plan_.sum_bytes()),
        scales_(static_cast<const int32_t*>(layer.constants)),
        filters_(reinterpret_cast<const int8_t*>(scales_ + 2 * kBlock * blocks_of(layer.shape.output_channels))) {
    fill_bytes(zero_points_, static_cast<int8_t>(layer.input_zero_point), sizeof zero_points_);
  }

  void row(const Rows<const int8_t>& input, uint32_t y, int8_t* output) const {
    const uint32_t outputs = static_cast<uint32_t>(layer_.shape.window.width.output), channels = layer_.shape.output_channels;
    for (uint32_t x = 0; x < outputs; x += plan_.places)
      for (uint32_t channel = 0; channel < channels; channel += plan_.group) {
        const Part part = {y, x, outputs - x < plan_.places ? outputs - x : plan_.places, channel,
                           channels - channel < plan_.group ? channels - channel : plan_.group};
        for (uint32_t tile_row = 0; tile_row < plan_.tile_rows; ++tile_row) lay_out(input, part, tile_row);
        run(part, output + size_t{x} * channels + channel);
      }
  }

 private:
  const ConvolutionLayer& layer_;
  const TilePlan plan_;
  int32_t* const sums_;
  int8_t* const planes_;
  const int32_t* const scales_;
  const int8_t* const filters_;
  int8_t zero_points_[kVector];

  void lay_out(const Rows<const int8_t>& input, const Part& part, uint32_t tile_row) const {
    const Axis& width = layer_.shape.window.width;
    const int32_t start = static_cast<int32_t>(part.x) * width.stride - width.pad;
    const int32_t columns =
        static_cast<int32_t>(part.places - 1) * width.stride + (width.filter - 1) * layer_.shape.dilation_width + 1;
    const int32_t first = start < 0 ? (-start < columns ? -start : columns) : 0;
    const int32_t left = width.input - start, end = left < first ? first : left < columns ? left : columns;
    int8_t* plane = planes_ + tile_row * plan_.plane_bytes;
    const auto zero_point = static_cast<int8_t>(layer_.input_zero_point);
    fill_bytes(plane, zero_point, static_cast<uint32_t>(first) * plan_.column_bytes);
    lay_out_columns(input, part, tile_row, start + first, static_cast<uint32_t>(end - first),
                    plane + static_cast<uint32_t>(first) * plan_.column_bytes);
    fill_bytes(plane + static_cast<uint32_t>(end) * plan_.column_bytes, zero_point,
               static_cast<uint32_t>(columns - end) * plan_.column_bytes);
  }

  // Columns of few channels lie side by side in the input as in the plane, so that a vector takes several.
  void lay_out_columns(const Rows<const int8_t>& input, const Part& part, uint32_t tile_row, int32_t column, uint32_t columns,
                       int8_t* to) const {
    const uint32_t channels = layer_.shape.input_channels;
    const bool together = channels <= kVector;
    FourRows rows =
        rows_of(input, part, tile_row, static_cast<size_t>(column) * channels + part.channel, together ? kVector : channels);
    if (!together) return interleave(rows, columns, part.channels, to);
    const uint32_t bytes = columns * channels, whole = bytes / kVector, rest = bytes % kVector;
    interleave(rows, whole, kVector, to);
    for (uint32_t row = 0; row < kTile; ++row) rows.from[row] += whole * rows.step[row];
    if (rest > 0) interleave(rows, 1, rest, to + whole * kTile * kVector);
  }

  // The four rows of a tile from byte `offset` on. Those outside the input or the filter read as the zero point.
  FourRows rows_of(const Rows<const int8_t>& input, const Part& part, uint32_t tile_row, size_t offset, size_t step) const {
    const Axis& height = layer_.shape.window.height;
    FourRows rows;
    for (uint32_t i = 0; i < kTile; ++i) {
      const auto tap = static_cast<int32_t>(tile_row * kTile + i);
      const int32_t from = static_cast<int32_t>(part.y) * height.stride - height.pad + tap * layer_.shape.dilation_height;
      const bool there = tap < height.filter && from >= 0 && from < height.input;
      rows.from[i] = there ? input.at(static_cast<uint32_t>(from)) + offset : zero_points_;
      rows.step[i] = there ? step : 0;
    }
    return rows;
  }

  void run(const Part& part, int8_t* output) const {
    const uint32_t tiles = plan_.tile_rows * plan_.tile_columns;
    const size_t filter_bytes = kBlock * (sizeof(int32_t) + size_t{tiles} * kVector);
    for (uint32_t i = 0; i < part.channels; i += kBlock) {
      const uint32_t block = (part.channel + i) / kBlock;
      sum(part.places, filters_ + block * filter_bytes, planes_ + i * kTile);
      scale(part.places, scales_ + 2 * kBlock * block, part.channels - i, output + i);
    }
  }

  void sum(uint32_t places, const int8_t* filter, const int8_t* plane) const {
    const uint32_t column = plan_.column_bytes * static_cast<uint32_t>(layer_.shape.dilation_width);
    const uint32_t step = plan_.column_bytes * static_cast<uint32_t>(layer_.shape.window.width.stride);
    const auto* bias = reinterpret_cast<const int32_t*>(filter);
    const int8_t* weights = filter + kBlock * sizeof(int32_t);
    for (uint32_t tile_row = 0; tile_row < plan_.tile_rows; ++tile_row, plane += plan_.plane_bytes)
      for (uint32_t tile = 0; tile < plan_.tile_columns; ++tile, weights += kBlock * kVector) {
        sum_places(weights, plane + tile * kTile * column, column, step, places, bias, sums_);
        bias = nullptr;
      }
  }

  void scale(uint32_t places, const int32_t* scales, uint32_t channels, int8_t* output) const {
    const uint32_t step = layer_.shape.output_channels;
    switch (scaled_as(layer_.output)) {
      case Scaled::double_rounding:
        return scale_places<Scaled::double_rounding>(sums_, scales, places, channels, Range(layer_.output), output, step);
      case Scaled::double_rounding_relu:
        return scale_places<Scaled::double_rounding_relu>(sums_, scales, places, channels, Range(layer_.output), output, step);
      case Scaled::single_rounding:
        return scale_places<Scaled::single_rounding>(sums_, scales, places, channels, Range(layer_.output), output, step);
    }
  }
};

}  // namespace

void depthwise_conv_2d(const ConvolutionLayer& layer, Rows<const int8_t> input, Rows<int8_t> output, RowRange rows,
                       void* scratch) {
  const DepthwiseConv2d conv(layer, scratch);
  for (uint32_t y = rows.first; y < rows.end; ++y) conv.row(input, y, output.at(y));
}

}  // namespace mote::mve
