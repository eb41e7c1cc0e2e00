// Windows that slide over height and width: what convolutions and pools share.
#pragma once

#include <string>

#include "quantize/operators/rules.h"

namespace mote {

inline Error shape_problem(const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = "", .todo = ""};
}

// The taps of one window that lie inside the input, and where the first of them is.
struct Taps {
  uint32_t begin, end;  // of the filter
  uint32_t at;          // of the input, for tap `begin`
};

inline Taps taps_at(uint32_t output, uint32_t stride, uint32_t pad, uint32_t filter, uint32_t input) {
  const int64_t first = static_cast<int64_t>(output) * stride - pad;
  const int64_t begin = first < 0 ? -first : 0;
  const int64_t end = first + filter > input ? static_cast<int64_t>(input) - first : filter;
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), static_cast<uint32_t>(first + begin)};
}

// [1, height, width, channels] of a filter that slides over `input`. Every window must touch the input.
Result<Shape> slide(const Shape& input, const Node& node, uint32_t filter_height, uint32_t filter_width, uint32_t channels);

// Stride, padding and bounds: what a convolution's record holds (docs/spec/operators.md).
Attributes convolution_attributes(const Graph& graph, const Node& node);

// A pool's, in the same way; its output keeps scale and zero point of its input, as TensorFlow Lite asks.
Result<Shape> pool_shape(const Graph& graph, const Node& node);
Result<void> quantize_pool(Lowering& lowering, const Node& node);
Attributes pool_attributes(const Graph& graph, const Node& node);

// One bias per output channel.
bool is_row(const Shape& shape, uint32_t channels);

}  // namespace mote
