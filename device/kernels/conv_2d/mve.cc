// conv_2d in the packed form for Armv8.1-M with Helium: windows laid out as runs of bytes, summed two at a time.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_dot.h"
#include "device/kernels/packed/mve_move.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::armv8_1_m_mve {
namespace {

// From windows to output places.
class Places {
 public:
  Places(const ColumnPlan& plan, uint32_t channels, const Packed& packed, const Ending& ending, int32_t* sums)
      : plan_(plan), channels_(channels), packed_(packed), ending_(ending), sums_(sums) {}

  void run(const int8_t* window, uint32_t places, int8_t* output) const {
    for (uint32_t pairs = places / 2; pairs > 0;) {
      const uint32_t batch = pairs < plan_.pairs ? pairs : plan_.pairs;
      run_pairs(window, batch, output);
      window += 2 * batch * plan_.step_bytes;
      output += 2 * batch * channels_;
      pairs -= batch;
    }
    if (places % 2 != 0) run_one(window, output);
  }

 private:
  const ColumnPlan& plan_;
  const uint32_t channels_;
  const Packed packed_;
  const Ending ending_;
  int32_t* const sums_;

  void run_pairs(const int8_t* window, uint32_t pairs, int8_t* output) const {
    for (uint32_t channel = 0; channel < channels_; channel += kBlock * plan_.blocks) {
      const uint32_t here = channels_at(channel);
      dot_pairs(filters_at(channel), {window, plan_.step_bytes}, pairs, plan_.vectors, blocks_of(here), sums_);
      scale_pairs(sums_, packed_.scales + 2 * channel, here, pairs, ending_, output + channel, channels_);
    }
  }

  void run_one(const int8_t* window, int8_t* output) const {
    for (uint32_t channel = 0; channel < channels_; channel += kBlock * plan_.blocks) {
      const uint32_t here = channels_at(channel);
      dot_one(filters_at(channel), window, plan_.taps, blocks_of(here), sums_);
      scale_one(sums_, packed_.scales + 2 * channel, here, ending_, output + channel);
    }
  }

  uint32_t channels_at(uint32_t channel) const {
    const uint32_t left = channels_ - channel, most = kBlock * plan_.blocks;
    return left < most ? left : most;
  }
  const int8_t* filters_at(uint32_t channel) const {
    return packed_.filters + size_t{channel} * (sizeof(int32_t) + size_t{plan_.vectors} * kVector);
  }
};

// From input rows to windows.
class Conv2d {
 public:
  Conv2d(const Convolution& conv, const Packed& packed, const Ending& ending, void* scratch)
      : conv_(conv),
        plan_(conv),
        zero_point_(static_cast<int8_t>(conv.input_zero_point)),
        places_(plan_, conv.output_channels, packed, ending, static_cast<int32_t*>(scratch)),
        spread_(conv.input_channels, plan_.column_bytes),
        buffer_(static_cast<int8_t*>(scratch) + plan_.sum_bytes()) {}

  void rows(const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range) const {
    if (is_one_run(input, output, range))
      return run_in_place(input.at(range.first), range.end - range.first, output.at(range.first));
    for (uint32_t y = range.first; y < range.end; ++y) {
      if (plan_.in_place)
        run_in_place(input.at(y * static_cast<uint32_t>(conv_.window.height.stride)), 1, output.at(y));
      else
        run_laid_out(input, y, output.at(y));
    }
  }

 private:
  const Convolution& conv_;
  const ColumnPlan plan_;
  const int8_t zero_point_;
  const Places places_;
  const Spread spread_;
  int8_t* const buffer_;

  // Pairs of places may then span rows. All sums of a pair are made before any of its output is written, where the output may lie
  // over rows that are done with (rows.h).
  bool is_one_run(const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range) const {
    return plan_.pointwise && plan_.blocks == blocks_of(conv_.output_channels) && is_joined(input, conv_.input_channels, range) &&
           is_joined(output, conv_.output_channels, range);
  }

  template <typename T>
  bool is_joined(const Rows<T>& rows, uint32_t channels, RowRange range) const {
    const uint32_t first = range.first < rows.held ? range.first : range.first % rows.held;
    return rows.row == static_cast<uint32_t>(conv_.window.width.input) * channels && first + range.end - range.first <= rows.held;
  }

  // Windows whose last vector would reach past the input are read to the byte.
  void run_in_place(const int8_t* input, uint32_t rows, int8_t* output) const {
    const uint32_t input_bytes = rows * static_cast<uint32_t>(conv_.window.width.input) * conv_.input_channels;
    const uint32_t places = rows * static_cast<uint32_t>(conv_.window.width.output), reach = plan_.vectors * kVector;
    uint32_t whole = reach > input_bytes ? 0 : (input_bytes - reach) / plan_.step_bytes + 1;
    if (whole > places) whole = places;
    places_.run(input, whole, output);
    for (uint32_t x = whole; x < places; ++x) places_.run(input + x * plan_.step_bytes, 1, output + x * conv_.output_channels);
  }

  void run_laid_out(const Rows<const int8_t>& input, uint32_t y, int8_t* output) const {
    const Axis& width = conv_.window.width;
    const auto outputs = static_cast<uint32_t>(width.output);
    for (uint32_t x = 0; x < outputs; x += plan_.places) {
      const uint32_t places = outputs - x < plan_.places ? outputs - x : plan_.places;
      lay_out(input, y, static_cast<int32_t>(x) * width.stride - width.pad, places);
      places_.run(buffer_, places, output + x * conv_.output_channels);
    }
  }

  // Columns from `start` on. The windows share them, or each has its own.
  void lay_out(const Rows<const int8_t>& input, uint32_t y, int32_t start, uint32_t places) const {
    const Axis& width = conv_.window.width;
    if (plan_.shared) {
      const int32_t columns = static_cast<int32_t>(places - 1) * width.stride + width.filter;
      return lay_out_columns(input, y, start, static_cast<uint32_t>(columns), buffer_);
    }
    int8_t* to = buffer_;
    for (uint32_t place = 0; place < places; ++place, start += width.stride)
      for (int32_t column = 0; column < width.filter; ++column, to += plan_.column_bytes)
        lay_out_columns(input, y, start + column * conv_.dilation_width, 1, to);
  }

  void lay_out_columns(const Rows<const int8_t>& input, uint32_t y, int32_t start, uint32_t columns, int8_t* to) const {
    const Axis &height = conv_.window.height, &width = conv_.window.width;
    const uint32_t before = part_below(start, 0, columns), till = part_below(start, width.input, columns);
    const uint32_t step = plan_.column_bytes;
    fill_bytes(to, zero_point_, before * step);
    fill_bytes(to + till * step, zero_point_, (columns - till) * step);
    if (before == till) return;
    to += before * step;
    const size_t first = static_cast<size_t>(start + static_cast<int32_t>(before)) * conv_.input_channels;
    int32_t from = static_cast<int32_t>(y) * height.stride - height.pad;
    for (int32_t row = 0; row < height.filter; ++row, from += conv_.dilation_height, to += conv_.input_channels) {
      if (from >= 0 && from < height.input)
        spread_.move(to, input.at(static_cast<uint32_t>(from)) + first, till - before);
      else
        for (uint32_t i = 0; i < till - before; ++i) fill_bytes(to + i * step, zero_point_, conv_.input_channels);
    }
  }

  // How many of `columns` columns from `start` on lie below `bound`.
  static uint32_t part_below(int32_t start, int32_t bound, uint32_t columns) {
    if (start >= bound) return 0;
    const auto below = static_cast<uint32_t>(bound - start);
    return below < columns ? below : columns;
  }
};

}  // namespace

void conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
             const Rows<int8_t>& output, RowRange range, void* scratch) {
  Conv2d(conv, packed, ending, scratch).rows(input, output, range);
}

}  // namespace mote::armv8_1_m_mve
