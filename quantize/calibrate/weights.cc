// Weights in int8 and int4.
#include "quantize/calibrate/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "device/kernels/wide.h"
#include "quantize/calibrate/adaptive_rounding.h"

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

class Weighted {
 public:
  Weighted(const Lowering& lowering, const Node& node, const WeightLayout& layout)
      : input(lowering.affine_of(node.inputs[0])),
        output(lowering.measured_affine(node.output)),
        fixed(find_scales(lowering.fixed, lowering.from.values[node.inputs[1]].name)),
        four_bits((fixed != nullptr ? fixed->bits : lowering.weights.bits_of(node.output)) == 4),
        lowering_(lowering),
        node_(node),
        layout_(layout) {}

  // All channels, or what is wrong.
  Result<std::vector<Channel>> quantize() const {
    std::vector<Channel> channels(layout_.channels);
    if (lowering_.weights.per_channel || fixed != nullptr) {
      for (uint32_t c = 0; c < layout_.channels; ++c) {
        TRY(const std::vector<Channel> alone, quantize(c, c + 1));
        channels[c] = alone[0];
      }
      return channels;
    }
    return quantize(0, layout_.channels);
  }

  const Affine input, output;
  const ValueQuantization* const fixed;  // of the weights; or null
  const bool four_bits;

 private:
  double most_quantum() const { return four_bits ? 7 : 127; }
  double weight(uint32_t channel, uint32_t tap) const {
    const std::vector<float>& floats = lowering_.from.values[node_.inputs[1]].floats;
    return static_cast<double>(floats[size_t{channel} * layout_.channel_stride + size_t{tap} * layout_.tap_stride]);
  }
  double bias(uint32_t channel) const {
    return node_.inputs.size() > 2 ? static_cast<double>(lowering_.from.values[node_.inputs[2]].floats[channel]) : 0.0;
  }
  // The largest |q - zero point| that an input can have.
  double reach() const { return std::max(input.most() - input.zero_point, input.zero_point - input.least()); }

  // Whether the device can add up so much, whatever the input, and scale it. On int16 it has 64 bits for the sum.
  bool fits(double products, double bias_steps, int shift) const {
    if (input.wide) return shift <= kMostWideShift && std::abs(bias_steps) <= INT32_MAX;
    const int left = std::max(shift, 0);  // the device shifts the accumulator before it multiplies
    return left <= 30 && products + std::abs(bias_steps) <= static_cast<double>(kMostAccumulated >> left);
  }

  // The weights of a channel in steps of `scale`; returns their squared error, or what it does to the output where that is known.
  double round(uint32_t channel, float scale, std::vector<int32_t>& integers) const {
    const double step = static_cast<double>(scale), most = most_quantum();
    integers.assign(layout_.taps, 0);
    if (const AdaptiveRounding* adaptive = lowering_.weights.adaptive; adaptive != nullptr && fixed == nullptr)
      if (const Triangle* triangle = adaptive->triangle(node_.output, channel / layout_.siblings); triangle != nullptr) {
        std::vector<double> reals(layout_.taps);
        for (uint32_t tap = 0; tap < layout_.taps; ++tap) reals[tap] = weight(channel, tap);
        return triangle->round(reals, step, most, integers);
      }
    double error = 0;
    for (uint32_t tap = 0; tap < layout_.taps; ++tap) {
      const double real = weight(channel, tap), q = std::clamp(std::round(real / step), -most, most);
      error += (q * step - real) * (q * step - real);
      integers[tap] = static_cast<int32_t>(q);
    }
    return error;
  }

  // The scale of channels [first, end) before any accumulator is looked at.
  float first_scale(uint32_t first, uint32_t end) const {
    if (fixed != nullptr) return fixed->scale[first];
    double largest = 0;
    for (uint32_t channel = first; channel < end; ++channel)
      for (uint32_t tap = 0; tap < layout_.taps; ++tap) largest = std::max(largest, std::abs(weight(channel, tap)));
    // channels without weights: their bias alone, to a 256th of an output step
    if (largest < 1e-30) return output.scale / input.scale / 256;
    const auto whole = static_cast<float>(largest / most_quantum());
    return four_bits ? searched_scale(first, end, whole) : whole;
  }

  // Of least error among those that cut off up to six tenths of the largest weight.
  float searched_scale(uint32_t first, uint32_t end, float whole) const {
    const int steps = lowering_.weights.adaptive == nullptr ? 48 : 16;
    std::vector<int32_t> integers;
    float best = whole;
    double least = -1;
    for (int i = 0; i < steps; ++i) {
      const float scale = whole * (1 - 0.6f * static_cast<float>(i) / static_cast<float>(steps));
      double error = 0;
      for (uint32_t channel = first; channel < end; ++channel) error += round(channel, scale, integers);
      if (least >= 0 && !(error < least)) continue;
      least = error;
      best = scale;
    }
    return best;
  }

  // False when an accumulator could overflow at this scale.
  bool quantize(uint32_t channel, float scale, Channel* result) const {
    const double step = static_cast<double>(input.scale) * static_cast<double>(scale);
    double shifted = 0, most = 0;  // what rounding adds to the output on average; the largest possible accumulator
    result->scale = scale;
    round(channel, scale, result->weights);
    for (uint32_t tap = 0; tap < layout_.taps; ++tap) {
      const double q = result->weights[tap];
      if (lowering_.weights.bias_correction && fixed == nullptr)
        shifted += (q * static_cast<double>(scale) - weight(channel, tap)) * layout_.input_mean(channel, tap);
      most += std::abs(q) * reach();
    }
    const double bias_steps = std::round((bias(channel) - shifted) / step);
    result->multiplier = quantize_multiplier(step / static_cast<double>(output.scale));
    if (!fits(most, bias_steps, result->multiplier.shift)) return false;
    result->bias = static_cast<int32_t>(bias_steps);
    return true;
  }

  // Channels [first, end) with one scale.
  Result<std::vector<Channel>> quantize(uint32_t first, uint32_t end) const {
    std::vector<Channel> channels(end - first);
    float scale = first_scale(first, end);
    uint32_t failed = first;
    // Weights that are all but nothing beside their bias take it from 1e-32 to 1.
    for (int doubling = 0; doubling < (fixed != nullptr ? 1 : 128); ++doubling, scale *= 2) {
      for (failed = first; failed < end && quantize(failed, scale, &channels[failed - first]);) ++failed;
      if (failed == end) return channels;
    }
    return lowering_.problem(node_, "channel " + std::to_string(failed) + " cannot be scaled: its bias is " +
                                        std::to_string(bias(failed)) + ", its output's step " + std::to_string(output.scale));
  }

  const Lowering& lowering_;
  const Node& node_;
  const WeightLayout& layout_;
};

}  // namespace

Result<void> quantize_weighted(Lowering& lowering, const Node& node, const WeightLayout& layout) {
  if (!lowering.from.values[node.inputs[1]].constant ||
      (node.inputs.size() > 2 && !lowering.from.values[node.inputs[2]].constant))
    return lowering.problem(node, "its weights or its bias are no constants");
  const Weighted weighted(lowering, node, layout);
  if (weighted.fixed != nullptr && weighted.fixed->scale.size() != layout.channels)
    return lowering.problem(node, "there are " + std::to_string(weighted.fixed->scale.size()) + " fixed scales for its " +
                                      std::to_string(layout.channels) + " channels");
  TRY(const std::vector<Channel> channels, weighted.quantize());
  const Value& from = lowering.from.values[node.inputs[1]];
  std::vector<int32_t> weights(from.floats.size()), biases(layout.channels), requantization(size_t{2} * layout.channels);
  Quantization weight_scales, bias_scales;
  for (uint32_t c = 0; c < layout.channels; ++c) {
    const Channel& channel = channels[c];
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
      lowering.add_constant(from.name, from.shape, weighted.four_bits ? Type::int4 : Type::int8, std::move(weights),
                            std::move(weight_scales)),
      lowering.add_constant(name + "bias", {1, 1, 1, layout.channels}, Type::int32, std::move(biases), std::move(bias_scales)),
      lowering.add_constant(name + "requantization", {1, 1, 2, layout.channels}, Type::int32, std::move(requantization))};
  quantized.output = lowering.add_activation(node.output, weighted.output);
  lowering.to.nodes.push_back(std::move(quantized));
  return {};
}

}  // namespace mote
