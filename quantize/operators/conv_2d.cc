// conv_2d: weights [O, height, width, I / groups]; a one-dimensional convolution has height 1.
#include "quantize/calibrate/weights.h"
#include "quantize/operators/blocks.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Shape& weights = graph.values[node.inputs[1]].shape;
  if (x[3] % weights[3] != 0 || weights[0] % (x[3] / weights[3]) != 0)
    return shape_problem("its weights take " + std::to_string(weights[3]) + " channels, its input has " + std::to_string(x[3]));
  if (node.inputs.size() > 2 && !is_row(graph.values[node.inputs[2]].shape, weights[0]))
    return shape_problem("its bias does not have one value per output channel");
  return slide(x, node, weights[1], weights[2], weights[0]);
}

uint32_t groups_of(const Graph& graph, const Node& node) {
  return graph.values[node.inputs[0]].shape[3] / graph.values[node.inputs[1]].shape[3];
}

// The filters of each group in blocks of their own.
std::vector<float> pack(const Graph& graph, const Node& node) {
  const Value& weights = graph.values[node.inputs[1]];
  const uint32_t groups = groups_of(graph, node);
  const auto share = static_cast<std::ptrdiff_t>(weights.floats.size() / groups);
  std::vector<float> packed;
  for (auto from = weights.floats.begin(); from != weights.floats.end(); from += share) {
    const std::vector<float> group = pack_blocks({from, from + share}, weights.shape[0] / groups);
    packed.insert(packed.end(), group.begin(), group.end());
  }
  return packed;
}

// One group's filters on one window. Taps of one row lie side by side where nothing comes between them.
Block window_sum(const FloatCall& call, const float* input, const float* weights, const Taps& rows, const Taps& columns) {
  const Shape &in = call.input_shape(0), &filter = call.input_shape(1);
  const bool joined = filter[3] == in[3] && call.node.dilation_width == 1;
  const uint32_t places = columns.end - columns.begin, runs = joined ? 1 : places;
  const size_t run = size_t{joined ? places : 1} * filter[3];
  Block block;
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    const size_t line = rows.at + size_t{row - rows.begin} * call.node.dilation_height;
    for (uint32_t i = 0; i < runs; ++i)
      block.accumulate(input + (line * in[2] + columns.at + size_t{i} * call.node.dilation_width) * in[3],
                       weights + (size_t{row} * filter[2] + columns.begin + i) * filter[3] * kBlock, run);
  }
  return block;
}

void execute(const FloatCall& call) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &filter = call.input_shape(1), &out = call.output_shape();
  const float* bias = call.inputs.size() > 2 ? call.inputs[2] : nullptr;
  const size_t taps = size_t{filter[1]} * filter[2] * filter[3];
  const uint32_t groups = groups_of(call.graph, node), filters = out[3] / groups;
  const size_t packed_group = (filters + kBlock - 1) / kBlock * kBlock * taps;
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, filter[1], in[1], node.dilation_height);
    for (uint32_t x = 0; x < out[2]; ++x) {
      const Taps columns = taps_at(x, node.stride_width, node.pad_left, filter[2], in[2], node.dilation_width);
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      for (uint32_t group = 0; group < groups; ++group)
        for (uint32_t first = 0; first < filters; first += kBlock) {
          const float* weights = call.packed + group * packed_group + first * taps;
          const Block block = window_sum(call, call.inputs[0] + size_t{group} * filter[3], weights, rows, columns);
          const uint32_t channel = group * filters + first;
          block.store(place + channel, bias == nullptr ? nullptr : bias + channel, std::min(kBlock, filters - first), node.low,
                      node.high);
        }
    }
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Shape& weights = lowering.from.values[node.inputs[1]].shape;
  const uint32_t taps = weights[1] * weights[2] * weights[3];
  const std::vector<double> means = channel_means(lowering, node.inputs[0]);
  const uint32_t filters = weights[0] / groups_of(lowering.from, node), channels = weights[3];
  return quantize_weighted(lowering, node,
                           {.channels = weights[0],
                            .taps = taps,
                            .channel_stride = taps,
                            .tap_stride = 1,
                            .siblings = filters,
                            .input_mean = [means, filters, channels](uint32_t channel, uint32_t tap) {
                              return means[channel / filters * channels + tap % channels];
                            }});
}

}  // namespace

namespace operators {
extern const Rules conv_2d;
extern const Rules conv_2d_int16;
const Rules conv_2d = {.op = Op::conv_2d,
                       .name = "conv_2d",
                       .device_inputs = 4,
                       .least_inputs = 2,
                       .most_inputs = 3,
                       .clamps_last = true,
                       .int16 = Op::conv_2d_int16,
                       .shape = shape,
                       .pack = pack,
                       .execute = execute,
                       .quantize = quantize,
                       .attributes = convolution_attributes};
const Rules conv_2d_int16 = {.op = Op::conv_2d_int16,
                             .name = "conv_2d_int16",
                             .device_inputs = 4,
                             .least_inputs = 4,
                             .most_inputs = 4,
                             .clamps_last = true,
                             .shape = shape,
                             .attributes = convolution_attributes};
}  // namespace operators

}  // namespace mote
