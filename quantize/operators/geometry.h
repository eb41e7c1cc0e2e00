// Windows that slide over height and width: what convolutions and pools share.
#pragma once

#include <algorithm>
#include <string>

#include "quantize/operators/rules.h"

namespace mote {

inline Error shape_problem(const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = "", .todo = ""};
}

// The taps of one window that lie inside the input, and where the first of them is.
struct Taps {
  uint32_t begin, end;  // of the filter; none when a wide dilation steps over the input
  uint32_t at;          // of the input, for tap `begin`
};

inline Taps taps_at(uint32_t output, uint32_t stride, uint32_t pad, uint32_t filter, uint32_t input, uint32_t dilation = 1) {
  const int64_t first = static_cast<int64_t>(output) * stride - pad;
  const int64_t begin = first < 0 ? (dilation - 1 - first) / dilation : 0;
  const int64_t steps = (static_cast<int64_t>(input) - first + dilation - 1) / dilation;
  const int64_t end = std::min<int64_t>(steps, filter);
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), static_cast<uint32_t>(first + begin * dilation)};
}

// [1, height, width, channels] of a filter that slides over `input`. Every window must touch the input.
Result<Shape> slide(const Shape& input, const Node& node, uint32_t filter_height, uint32_t filter_width, uint32_t channels);

// Stride, padding and bounds: what a convolution's record holds (docs/spec/operators).
Attributes convolution_attributes(const Graph& graph, const Node& node);

// A pool's, in the same way.
Result<Shape> pool_shape(const Graph& graph, const Node& node);
Attributes pool_attributes(const Graph& graph, const Node& node);

// The same node on int8; its output has scale and zero point of its first input. TensorFlow Lite asks that of pools.
Result<void> quantize_kept(Lowering& lowering, const Node& node);

// Each output place and channel from what lies under its window: `value` begins as `first`, becomes take(value, x) for each x,
// and is stored as finish(value, number of x), clamped.
template <typename Take, typename Finish>
void pool_windows(const FloatCall& call, float first, Take take, Finish finish) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &out = call.output_shape();
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, node.filter_height, in[1]);
    for (uint32_t x = 0; x < out[2]; ++x) {
      const Taps columns = taps_at(x, node.stride_width, node.pad_left, node.filter_width, in[2]);
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      std::fill_n(place, out[3], first);
      for (uint32_t row = rows.begin; row < rows.end; ++row) {
        const float* from = call.inputs[0] + ((rows.at + row - rows.begin) * size_t{in[2]} + columns.at) * in[3];
        for (uint32_t column = columns.begin; column < columns.end; ++column, from += in[3])
          for (uint32_t c = 0; c < in[3]; ++c) place[c] = take(place[c], from[c]);
      }
      const auto count = static_cast<float>((rows.end - rows.begin) * (columns.end - columns.begin));
      for (uint32_t c = 0; c < out[3]; ++c) place[c] = std::clamp(finish(place[c], count), node.low, node.high);
    }
  }
}

// One bias per output channel.
bool is_row(const Shape& shape, uint32_t channels);

}  // namespace mote
