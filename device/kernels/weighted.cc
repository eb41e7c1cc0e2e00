// Checks of the weighted operators (docs/spec/model-format.md, M19, M24, M28 to M30).
#include "device/kernels/weighted.h"

namespace mote {
namespace {

using input_place::kBias;
using input_place::kData;
using input_place::kRequantization;
using input_place::kWeights;

// The zero point of the output is added to a scaled accumulator, so there must be room for it.
constexpr int64_t kMaxAccumulator = INT32_MAX - 255;

bool is_multiplier(int32_t multiplier) { return multiplier == 0 || multiplier >= 1 << 30; }
bool is_shift(int32_t shift) { return shift >= -31 && shift <= 30; }

int64_t magnitude(int32_t value) { return value < 0 ? -int64_t{value} : int64_t{value}; }

// The sum of a channel's absolute weights, or -1 when one of them is below `least`.
template <typename Weights>
int64_t absolute_sum(Weights weights, uint32_t taps, uint32_t stride, int32_t least) {
  int64_t sum = 0;
  for (uint32_t t = 0; t < taps; ++t) {
    const int32_t weight = weights[size_t{t} * stride];
    if (weight < least) return -1;
    sum += weight < 0 ? -weight : weight;
  }
  return sum;
}

template <typename Weights>
const char* check_range(const NodeView& node, const WeightOrder& order, Weights weights) {
  const int32_t least = node.record->form == static_cast<uint8_t>(Form::portable) ? -128 : -127;
  const int32_t* bias = node.constant<int32_t>(kBias);
  const int32_t* multipliers = node.constant<int32_t>(kRequantization);
  const int32_t* shifts = multipliers + order.channels;
  const int32_t zero_point = node.input(kData).zero_point;
  const int64_t widest = zero_point < 0 ? 127 - zero_point : zero_point + 128;  // largest |x - zero point|
  for (uint32_t c = 0; c < order.channels; ++c) {
    const int64_t sum = absolute_sum(weights + size_t{c} * order.channel_stride, order.taps, order.tap_stride, least);
    if (sum < 0) return "M28";
    if (!is_multiplier(multipliers[c]) || !is_shift(shifts[c])) return "M29";
    const int32_t left = shifts[c] > 0 ? shifts[c] : 0;
    if (sum * widest + magnitude(bias[c]) > kMaxAccumulator >> left) return "M30";
  }
  return nullptr;
}

}  // namespace

Scaling scaling_of(const NodeView& node, int32_t low, int32_t high) {
  const int32_t* requantization = node.constant<int32_t>(kRequantization);
  const uint32_t channels = node.input(kRequantization).shape[3];
  return {requantization, requantization + channels, node.output().zero_point, low, high, node.model->rounding};
}

const char* check_weighted_form(const NodeView& node, uint32_t channels) {
  const TensorRecord& weights = node.input(kWeights);
  if (!is_constant(weights, TensorType::int8) && !is_constant(weights, TensorType::int4)) return "M19";
  if (!is_activation(node.input(kData), TensorType::int8) || !is_constant(node.input(kBias), TensorType::int32) ||
      !is_constant(node.input(kRequantization), TensorType::int32) || !is_activation(node.output(), TensorType::int8))
    return "M19";
  if (node.input(kWeights).zero_point != 0) return "M28";
  if (!has_shape(node.input(kBias), 1, 1, 1, channels)) return "M24";
  return has_shape(node.input(kRequantization), 1, 1, 2, channels) ? nullptr : "M24";
}

const char* check_weighted_range(const NodeView& node, const WeightOrder& order) {
  const char* rule = nullptr;
  with_weights(node, [&](auto weights) { rule = check_range(node, order, weights); });
  return rule;
}

}  // namespace mote
