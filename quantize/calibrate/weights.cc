// Per-channel int8 weights.
#include "quantize/calibrate/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "device/kernels/wide.h"

namespace mote {
namespace {

// Of an accumulator, whatever the input: the output's zero point is still added (docs/spec/model-format.md, M30).
constexpr int64_t kMostAccumulated = INT32_MAX - 255;

struct Channel {
  float scale = 1;
  std::vector<int32_t> weights;
  int32_t bias = 0;
  Multiplier multiplier;
};

struct Weighted {
  const Lowering& lowering;
  const Node& node;
  const WeightLayout& layout;
  Affine input, output;

  double weight(uint32_t channel, uint32_t tap) const {
    const std::vector<float>& floats = lowering.from.values[node.inputs[1]].floats;
    return static_cast<double>(floats[size_t{channel} * layout.channel_stride + size_t{tap} * layout.tap_stride]);
  }
  double bias(uint32_t channel) const {
    return node.inputs.size() > 2 ? static_cast<double>(lowering.from.values[node.inputs[2]].floats[channel]) : 0.0;
  }
  // The largest |q - zero point| that an input can have.
  double reach() const { return std::max(input.most() - input.zero_point, input.zero_point - input.least()); }

  // Whether the device can add up so much, whatever the input, and scale it. On int16 it has 64 bits for the sum.
  bool fits(double products, double bias_steps, int shift) const {
    if (input.wide) return shift <= kMostWideShift && std::abs(bias_steps) <= INT32_MAX;
    const int left = std::max(shift, 0);  // the device shifts the accumulator before it multiplies
    return left <= 30 && products + std::abs(bias_steps) <= static_cast<double>(kMostAccumulated >> left);
  }

  float first_scale(uint32_t channel) const {
    double largest = 0;
    for (uint32_t tap = 0; tap < layout.taps; ++tap) largest = std::max(largest, std::abs(weight(channel, tap)));
    // a channel without weights: its bias alone, to a 256th of an output step
    if (largest < 1e-30) return output.scale / input.scale / 256;
    return static_cast<float>(largest / 127);
  }

  // False when an accumulator could overflow at this scale.
  bool quantize(uint32_t channel, float scale, Channel* result) const {
    const double step = static_cast<double>(input.scale) * static_cast<double>(scale);
    double shifted = 0, most = 0;  // what rounding adds to the output on average; the largest possible accumulator
    result->scale = scale;
    result->weights.assign(layout.taps, 0);
    for (uint32_t tap = 0; tap < layout.taps; ++tap) {
      const double real = weight(channel, tap);
      const double q = std::clamp(std::round(real / static_cast<double>(scale)), -127.0, 127.0);
      shifted += (q * static_cast<double>(scale) - real) * layout.input_mean(channel, tap);
      most += std::abs(q) * reach();
      result->weights[tap] = static_cast<int32_t>(q);
    }
    const double bias_steps = std::round((bias(channel) - shifted) / step);
    result->multiplier = quantize_multiplier(step / static_cast<double>(output.scale));
    if (!fits(most, bias_steps, result->multiplier.shift)) return false;
    result->bias = static_cast<int32_t>(bias_steps);
    return true;
  }

  Result<Channel> quantize(uint32_t channel) const {
    Channel result;
    float scale = first_scale(channel);
    // Weights that are all but nothing beside their bias take it from 1e-32 to 1.
    for (int doubling = 0; doubling < 128; ++doubling, scale *= 2)
      if (quantize(channel, scale, &result)) return result;
    return lowering.problem(node, "channel " + std::to_string(channel) + " cannot be scaled: its bias is " +
                                      std::to_string(bias(channel)) + ", its output's step " + std::to_string(output.scale));
  }
};

}  // namespace

Result<void> quantize_weighted(Lowering& lowering, const Node& node, const WeightLayout& layout) {
  if (!lowering.from.values[node.inputs[1]].constant ||
      (node.inputs.size() > 2 && !lowering.from.values[node.inputs[2]].constant))
    return lowering.problem(node, "its weights or its bias are no constants");
  const Weighted weighted{lowering, node, layout, lowering.affine_of(node.inputs[0]), lowering.measured_affine(node.output)};
  const Value& from = lowering.from.values[node.inputs[1]];
  std::vector<int32_t> weights(from.floats.size()), biases(layout.channels), requantization(size_t{2} * layout.channels);
  Quantization weight_scales, bias_scales;
  for (uint32_t c = 0; c < layout.channels; ++c) {
    TRY(const Channel channel, weighted.quantize(c));
    for (uint32_t tap = 0; tap < layout.taps; ++tap)
      weights[size_t{c} * layout.channel_stride + size_t{tap} * layout.tap_stride] = channel.weights[tap];
    biases[c] = channel.bias;
    requantization[c] = channel.multiplier.value;
    requantization[layout.channels + c] = channel.multiplier.shift;
    weight_scales.scale.push_back(channel.scale);
    bias_scales.scale.push_back(weighted.input.scale * channel.scale);
  }
  const std::string name = from.name.empty() ? "" : from.name + " ";
  Node quantized = node;
  quantized.inputs = {
      lowering.made[node.inputs[0]],
      lowering.add_constant(from.name, from.shape, Type::int8, std::move(weights), std::move(weight_scales)),
      lowering.add_constant(name + "bias", {1, 1, 1, layout.channels}, Type::int32, std::move(biases), std::move(bias_scales)),
      lowering.add_constant(name + "requantization", {1, 1, 2, layout.channels}, Type::int32, std::move(requantization))};
  quantized.output = lowering.add_activation(node.output, weighted.output);
  lowering.to.nodes.push_back(std::move(quantized));
  return {};
}

}  // namespace mote
