// depthwise_conv_2d: weights [1, height, width, O]; output channel o reads input channel o / (O / I).
#include <algorithm>

#include "quantize/calibrate/weights.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Shape& weights = graph.values[node.inputs[1]].shape;
  if (weights[0] != 1 || weights[3] % x[3] != 0)
    return shape_problem("its weights are not [1, height, width, channels] with a multiple of the input's " +
                         std::to_string(x[3]) + " channels");
  if (node.inputs.size() > 2 && !is_row(graph.values[node.inputs[2]].shape, weights[3]))
    return shape_problem("its bias does not have one value per output channel");
  return slide(x, node, weights[1], weights[2], weights[3]);
}

void accumulate(const FloatCall& call, const Taps& rows, const Taps& columns, float* place) {
  const Shape &in = call.input_shape(0), &filter = call.input_shape(1);
  const uint32_t channels = filter[3], multiplier = channels / in[3];
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    for (uint32_t column = columns.begin; column < columns.end; ++column) {
      const size_t y = rows.at + size_t{row - rows.begin} * call.node.dilation_height;
      const size_t x = columns.at + size_t{column - columns.begin} * call.node.dilation_width;
      const float* from = call.inputs[0] + (y * in[2] + x) * in[3];
      const float* weights = call.inputs[1] + (size_t{row} * filter[2] + column) * channels;
      if (multiplier == 1)
        for (uint32_t c = 0; c < channels; ++c) place[c] += from[c] * weights[c];
      else
        for (uint32_t c = 0; c < channels; ++c) place[c] += from[c / multiplier] * weights[c];
    }
  }
}

void execute(const FloatCall& call) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &filter = call.input_shape(1), &out = call.output_shape();
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, filter[1], in[1], node.dilation_height);
    for (uint32_t x = 0; x < out[2]; ++x) {
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      if (call.inputs.size() > 2)
        std::copy_n(call.inputs[2], out[3], place);
      else
        std::fill_n(place, out[3], 0.0f);
      accumulate(call, rows, taps_at(x, node.stride_width, node.pad_left, filter[2], in[2], node.dilation_width), place);
      for (uint32_t c = 0; c < out[3]; ++c) place[c] = std::clamp(place[c], node.low, node.high);
    }
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Shape& weights = lowering.from.values[node.inputs[1]].shape;
  const std::vector<double> means = channel_means(lowering, node.inputs[0]);
  const auto multiplier = static_cast<uint32_t>(weights[3] / means.size());
  return quantize_weighted(
      lowering, node,
      {.channels = weights[3],
       .taps = weights[1] * weights[2],
       .channel_stride = 1,
       .tap_stride = weights[3],
       .siblings = multiplier,
       .input_mean = [means, multiplier](uint32_t channel, uint32_t) { return means[channel / multiplier]; }});
}

}  // namespace

namespace operators {
extern const Rules depthwise_conv_2d;
extern const Rules depthwise_conv_2d_int16;
const Rules depthwise_conv_2d = {.op = Op::depthwise_conv_2d,
                                 .name = "depthwise_conv_2d",
                                 .device_inputs = 4,
                                 .least_inputs = 2,
                                 .most_inputs = 3,
                                 .clamps_last = true,
                                 .int16 = Op::depthwise_conv_2d_int16,
                                 .shape = shape,
                                 .execute = execute,
                                 .quantize = quantize,
                                 .attributes = convolution_attributes};
const Rules depthwise_conv_2d_int16 = {.op = Op::depthwise_conv_2d_int16,
                                       .name = "depthwise_conv_2d_int16",
                                       .device_inputs = 4,
                                       .least_inputs = 4,
                                       .most_inputs = 4,
                                       .clamps_last = true,
                                       .shape = shape,
                                       .attributes = convolution_attributes};
}  // namespace operators

}  // namespace mote
