// conv_2d in the packed form for Armv8.1-M with Helium: windows laid out as runs of bytes, summed two at a time.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_dot.h"
#include "device/kernels/packed/mve_move.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::mve {
namespace {

// A run of windows, `step` bytes apart, and the output places they make.
struct Run {
  const int8_t* windows;
  size_t step;
  uint32_t places;
  int8_t* output;
};

class Conv2d {
 public:
  Conv2d(const ConvolutionLayer& layer, void* scratch)
      : layer_(layer),
        plan_(layer.shape),
        spread_(layer.shape.input_channels, plan_.column_bytes),
        sums_(static_cast<int32_t*>(scratch)),
        buffer_(reinterpret_cast<int8_t*>(sums_ + 2 * kBlock * plan_.blocks)),
        scales_(static_cast<const int32_t*>(layer.constants)),
        filters_(reinterpret_cast<const int8_t*>(scales_ + 2 * kBlock * blocks_of(layer.shape.output_channels))) {}

  void row(const Rows<const int8_t>& input, uint32_t y, int8_t* output) const {
    const Axis& width = layer_.shape.window.width;
    const auto outputs = static_cast<uint32_t>(width.output);
    if (plan_.in_place) return run_in_place(input.at(y * static_cast<uint32_t>(layer_.shape.window.height.stride)), output);
    for (uint32_t x = 0; x < outputs; x += plan_.places) {
      const uint32_t places = outputs - x < plan_.places ? outputs - x : plan_.places;
      lay_out(input, y, static_cast<int32_t>(x) * width.stride - width.pad, places);
      run({buffer_, plan_.step_bytes, places, output + size_t{x} * layer_.shape.output_channels});
    }
  }

 private:
  const ConvolutionLayer& layer_;
  const ColumnPlan plan_;
  const Spread spread_;
  int32_t* const sums_;
  int8_t* const buffer_;
  const int32_t* const scales_;
  const int8_t* const filters_;

  // Windows whose last vector would reach past the row are read to the byte.
  void run_in_place(const int8_t* input, int8_t* output) const {
    const uint32_t row_bytes = static_cast<uint32_t>(layer_.shape.window.width.input) * layer_.shape.input_channels;
    const uint32_t reach = plan_.vectors * kVector;
    const uint32_t whole = reach > row_bytes ? 0 : (row_bytes - reach) / plan_.step_bytes + 1;
    const uint32_t places = whole < plan_.places ? whole : plan_.places;
    run({input, plan_.step_bytes, places, output});
    for (uint32_t x = places; x < plan_.places; ++x)
      run({input + x * plan_.step_bytes, plan_.step_bytes, 1, output + x * layer_.shape.output_channels});
  }

  // Columns from `start` on, of which each window has its own or the windows share all.
  void lay_out(const Rows<const int8_t>& input, uint32_t y, int32_t start, uint32_t places) const {
    const Axis& width = layer_.shape.window.width;
    if (plan_.shared) {
      const int32_t columns = static_cast<int32_t>(places - 1) * width.stride + width.filter;
      return lay_out_columns(input, y, start, static_cast<uint32_t>(columns), buffer_);
    }
    int8_t* to = buffer_;
    for (uint32_t place = 0; place < places; ++place, start += width.stride)
      for (int32_t column = 0; column < width.filter; ++column, to += plan_.column_bytes)
        lay_out_columns(input, y, start + column * layer_.shape.dilation_width, 1, to);
  }

  void lay_out_columns(const Rows<const int8_t>& input, uint32_t y, int32_t start, uint32_t columns, int8_t* to) const {
    const Axis &height = layer_.shape.window.height, &width = layer_.shape.window.width;
    const uint32_t before = part_below(start, 0, columns), till = part_below(start, width.input, columns);
    const size_t step = plan_.column_bytes;
    const auto zero_point = static_cast<int8_t>(layer_.input_zero_point);
    fill_bytes(to, zero_point, static_cast<uint32_t>(before * step));
    fill_bytes(to + till * step, zero_point, static_cast<uint32_t>((columns - till) * step));
    int32_t from = static_cast<int32_t>(y) * height.stride - height.pad;
    to += before * step;
    for (int32_t row = 0; row < height.filter; ++row, from += layer_.shape.dilation_height, to += layer_.shape.input_channels) {
      const size_t first = static_cast<size_t>(start + static_cast<int32_t>(before)) * layer_.shape.input_channels;
      if (from >= 0 && from < height.input)
        spread_.move(to, input.at(static_cast<uint32_t>(from)) + first, till - before);
      else
        for (uint32_t i = 0; i < till - before; ++i) fill_bytes(to + i * step, zero_point, layer_.shape.input_channels);
    }
  }

  // How many of `columns` columns from `start` on lie below `bound`.
  static uint32_t part_below(int32_t start, int32_t bound, uint32_t columns) {
    if (start >= bound) return 0;
    const auto below = static_cast<uint32_t>(bound - start);
    return below < columns ? below : columns;
  }

  void run(Run run) const {
    switch (scaled_as(layer_.output)) {
      case Scaled::double_rounding:
        return run_scaled<Scaled::double_rounding>(run);
      case Scaled::double_rounding_relu:
        return run_scaled<Scaled::double_rounding_relu>(run);
      case Scaled::single_rounding:
        return run_scaled<Scaled::single_rounding>(run);
    }
  }

  template <Scaled kScaled>
  void run_scaled(Run run) const {
    const uint32_t channels = layer_.shape.output_channels;
    for (; run.places > 1; run.places -= 2, run.windows += 2 * run.step, run.output += 2 * size_t{channels})
      run_blocks<kScaled, 2>(run);
    if (run.places == 1) run_blocks<kScaled, 1>(run);
  }

  template <Scaled kScaled, uint32_t kPlaces>
  void run_blocks(const Run& run) const {
    const uint32_t channels = layer_.shape.output_channels, at_once = kBlock * plan_.blocks;
    const size_t filter_bytes = kBlock * (sizeof(int32_t) + size_t{plan_.vectors} * kVector);
    const int8_t* filters = filters_;
    for (uint32_t channel = 0; channel < channels; channel += at_once) {
      const uint32_t here = channels - channel < at_once ? channels - channel : at_once, blocks = blocks_of(here);
      if (kPlaces == 2)
        dot_two(filters, run.windows, run.windows + run.step, plan_.vectors, blocks, sums_);
      else
        dot_one(filters, run.windows, plan_.taps, blocks, sums_);
      scale_blocks<kScaled, kPlaces>(sums_, scales_ + 2 * channel, here, layer_.output, run.output + channel, channels);
      filters += filter_bytes * blocks;
    }
  }
};

}  // namespace

void conv_2d(const ConvolutionLayer& layer, Rows<const int8_t> input, Rows<int8_t> output, RowRange rows, void* scratch) {
  const Conv2d conv(layer, scratch);
  for (uint32_t y = rows.first; y < rows.end; ++y) conv.row(input, y, output.at(y));
}

}  // namespace mote::mve
