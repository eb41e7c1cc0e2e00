// resize_bilinear: the output may have any height and width.
#include "device/kernels/resize_bilinear/resize_bilinear.h"

#include <algorithm>
#include <cmath>

#include "quantize/calibrate/lowering.h"
#include "quantize/operators/along.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (x[0] != 1) return shape_problem("the batch is not 1");
  if (node.output >= graph.values.size()) return x;
  const Shape& given = graph.values[node.output].shape;
  return given[0] == 1 && given[3] == x[3] ? given : x;
}

bool is_set(const Node& node, size_t place) { return node.numbers[place] != 0; }

ResizeAxis axis_of(const Node& node, uint32_t input, uint32_t output) {
  return resize_axis(input, output, is_set(node, attribute::kResizeAlignCorners), is_set(node, attribute::kResizeHalfPixel));
}

// The two input places about an output place, and how far it lies behind the first.
struct Place {
  size_t low = 0, high = 0;
  double behind = 0;
};

Place place_of(const Node& node, uint32_t at, uint32_t input, uint32_t output) {
  const bool corners = is_set(node, attribute::kResizeAlignCorners) && output > 1;
  const double step = corners ? (input - 1.0) / (output - 1.0) : static_cast<double>(input) / output;
  const double x = is_set(node, attribute::kResizeHalfPixel) ? (at + 0.5) * step - 0.5 : at * step;
  const double inside = std::clamp(x, 0.0, input - 1.0), low = std::floor(inside);
  return {static_cast<size_t>(low), std::min<size_t>(static_cast<size_t>(low) + 1, input - 1), inside - low};
}

void execute(const FloatCall& call) {
  const Shape &in = call.input_shape(0), &out = call.output_shape();
  float* to = call.output;
  for (uint32_t y = 0; y < out[1]; ++y)
    for (uint32_t x = 0; x < out[2]; ++x) {
      const Place row = place_of(call.node, y, in[1], out[1]), column = place_of(call.node, x, in[2], out[2]);
      for (uint32_t c = 0; c < in[3]; ++c) {
        const auto at = [&](size_t h, size_t w) { return static_cast<double>(call.inputs[0][(h * in[2] + w) * in[3] + c]); };
        const auto along = [&](size_t h) { return at(h, column.low) * (1 - column.behind) + at(h, column.high) * column.behind; };
        *to++ = static_cast<float>(along(row.low) * (1 - row.behind) + along(row.high) * row.behind);
      }
    }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Shape &in = lowering.from.values[node.inputs[0]].shape, &out = lowering.from.values[node.output].shape;
  if (!is_resize_inside(axis_of(node, in[1], out[1])) || !is_resize_inside(axis_of(node, in[2], out[2])))
    return lowering.problem(node, "it ends beyond its input, in the 1024ths that a device counts in");
  Node quantized = node;
  quantized.inputs = {lowering.made[node.inputs[0]]};
  quantized.output = lowering.add_activation(node.output, lowering.affine_of(node.inputs[0]));
  lowering.to.nodes.push_back(std::move(quantized));
  return {};
}

}  // namespace

namespace operators {
extern const Rules resize_bilinear;
const Rules resize_bilinear = {.op = Op::resize_bilinear,
                               .name = "resize_bilinear",
                               .device_inputs = 1,
                               .scales = Scales::kept,
                               .shape = shape,
                               .execute = execute,
                               .quantize = quantize,
                               .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
