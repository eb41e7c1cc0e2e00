// max_pool_2d: the largest value of each window; padding does not take part.
#include <algorithm>
#include <limits>

#include "quantize/operators/geometry.h"

namespace mote {
namespace {

void take_largest(const FloatCall& call, const Taps& rows, const Taps& columns, float* place) {
  const Shape& in = call.input_shape(0);
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    for (uint32_t column = columns.begin; column < columns.end; ++column) {
      const size_t y = rows.at + row - rows.begin, x = columns.at + column - columns.begin;
      const float* from = call.inputs[0] + (y * in[2] + x) * in[3];
      for (uint32_t c = 0; c < in[3]; ++c) place[c] = std::max(place[c], from[c]);
    }
  }
}

void execute(const FloatCall& call) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &out = call.output_shape();
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, node.filter_height, in[1]);
    for (uint32_t x = 0; x < out[2]; ++x) {
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      std::fill_n(place, out[3], std::numeric_limits<float>::lowest());
      take_largest(call, rows, taps_at(x, node.stride_width, node.pad_left, node.filter_width, in[2]), place);
      for (uint32_t c = 0; c < out[3]; ++c) place[c] = std::clamp(place[c], node.low, node.high);
    }
  }
}

}  // namespace

namespace operators {
extern const Rules max_pool_2d;
const Rules max_pool_2d = {.op = Op::max_pool_2d,
                           .name = "max_pool_2d",
                           .device_inputs = 1,
                           .clamps_last = true,
                           .shape = pool_shape,
                           .execute = execute,
                           .quantize = quantize_pool,
                           .attributes = pool_attributes};
}  // namespace operators

}  // namespace mote
