// Depthwise convolution for Armv7E-M: a row of the output at a time.
#include "device/kernels/depthwise_conv_2d/general_armv7e_m.h"
#include "device/kernels/depthwise_conv_2d/sliding_armv7e_m.h"
#include "device/kernels/depthwise_conv_2d/small_armv7e_m.h"
#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/small.h"

namespace mote::armv7e_m {
namespace {

// The scratch of a sliding filter. What lies beside the input stays the zero point from one row to the next.
class Strip {
 public:
  Strip(const Convolution& conv, void* scratch)
      : conv_(conv),
        outputs_(static_cast<uint32_t>(conv.window.width.output)),
        at_(static_cast<int8_t*>(scratch)),
        sums_(reinterpret_cast<int32_t*>(at_ + columns() * kStripColumn)),
        before_(static_cast<uint32_t>(conv.window.width.pad)) {
    memset(outside_, static_cast<uint8_t>(conv.input_zero_point), sizeof outside_);
    memset(at_, static_cast<uint8_t>(conv.input_zero_point), columns() * kStripColumn);
    const auto width = static_cast<uint32_t>(conv.window.width.input);
    inside_ = width < columns() - before_ ? width : columns() - before_;
  }

  template <Rounding kRounding>
  void run_row(const Packed& packed, const Rows<const int8_t>& input, uint32_t y, int8_t* output) {
    const bool by_one = form_of(conv_) == DepthwiseForm::by_one;
    StripRows rows = rows_of(input, static_cast<int32_t>(y) * conv_.window.height.stride - conv_.window.height.pad);
    Slide slide = {packed.weights, packed.records, at_, sums_, output, conv_.output_channels, outputs_, kStripChannels};
    for (uint32_t left = conv_.output_channels; left > 0; left -= slide.channels) {
      if (left < kStripChannels) slide.channels = left;
      copy_columns(rows, inside_, slide.channels, at_ + before_ * kStripColumn);
      by_one ? slide_by_one<kRounding>(slide) : slide_by_two<kRounding>(slide);
      slide.weights += kStripChannels * kSlidingWords;
      slide.records += kStripChannels;
      slide.output += kStripChannels;
      for (uint32_t row = 0; row < 3; ++row)
        if (rows.step[row] != 0) rows.at[row] += kStripChannels;
    }
  }

 private:
  uint32_t columns() const { return strip_columns(form_of(conv_), outputs_); }

  StripRows rows_of(const Rows<const int8_t>& input, int32_t top) const {
    StripRows rows;
    for (int32_t i = 0; i < 3; ++i) {
      const bool inside = top + i >= 0 && top + i < conv_.window.height.input;
      rows.at[i] = inside ? input.at(static_cast<uint32_t>(top + i)) : outside_;
      rows.step[i] = inside ? conv_.input_channels : 0;
    }
    return rows;
  }

  const Convolution& conv_;
  const uint32_t outputs_;
  int8_t* const at_;
  int32_t* const sums_;
  const uint32_t before_;
  uint32_t inside_;  // columns that lie on the input
  alignas(4) int8_t outside_[kStripChannels];
};

template <Rounding kRounding>
void run(const Convolution& conv, const Packed& packed, const Rows<const int8_t>& input, const Rows<int8_t>& output,
         RowRange range, void* scratch) {
  if constexpr (kSmall) {
    for (uint32_t y = range.first; y < range.end; ++y)
      small_row<kRounding>(conv, packed, input, y, output.at(y), static_cast<uint32_t*>(scratch));
    return;
  }
  if (form_of(conv) == DepthwiseForm::general) {
    for (uint32_t y = range.first; y < range.end; ++y)
      general_row<kRounding>(conv, packed, input, y, output.at(y), static_cast<uint32_t*>(scratch));
    return;
  }
  Strip strip(conv, scratch);
  for (uint32_t y = range.first; y < range.end; ++y) strip.run_row<kRounding>(packed, input, y, output.at(y));
}

}  // namespace

size_t depthwise_conv_2d_scratch(const Convolution& conv) {
  const DepthwiseForm form = form_of(conv);
  if (form == DepthwiseForm::general) return tap_places_bytes(conv);
  const auto outputs = static_cast<uint32_t>(conv.window.width.output);
  return size_t{strip_columns(form, outputs)} * kStripColumn + 4 * strip_sums(outputs);
}

void depthwise_conv_2d(const Convolution& conv, const Packed& packed, const Ending& ending, const Rows<const int8_t>& input,
                       const Rows<int8_t>& output, RowRange range, void* scratch) {
  if (rounds_twice(ending.rounding))
    run<Rounding::double_rounding>(conv, packed, input, output, range, scratch);
  else
    run<Rounding::single_rounding>(conv, packed, input, output, range, scratch);
  const size_t row = static_cast<size_t>(conv.window.width.output) * conv.output_channels;
  for (uint32_t y = range.first; y < range.end; ++y) clamp_outputs(output.at(y), row, ending);
}

}  // namespace mote::armv7e_m
