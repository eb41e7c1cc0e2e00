// Checks of the weighted operators on int16 (docs/spec/model-format.md, M19, M24 to M30).
#include "device/kernels/wide.h"

#include "device/kernels/convolution.h"

namespace mote {

using input_place::kBias;
using input_place::kData;
using input_place::kRequantization;
using input_place::kWeights;

const char* check_wide_form(const NodeView& node, uint32_t channels) {
  if (!is_activation(node.input(kData), TensorType::int16) || !is_constant(node.input(kWeights), TensorType::int8) ||
      !is_constant(node.input(kBias), TensorType::int32) || !is_constant(node.input(kRequantization), TensorType::int32) ||
      !is_activation(node.output(), TensorType::int16))
    return "M19";
  if (node.input(kWeights).zero_point != 0) return "M28";
  if (!has_shape(node.input(kBias), 1, 1, 1, channels)) return "M24";
  return has_shape(node.input(kRequantization), 1, 1, 2, channels) ? nullptr : "M24";
}

const char* check_wide_range(const NodeView& node, uint32_t channels, uint32_t taps) {
  const int32_t* multipliers = node.constant<int32_t>(kRequantization);
  const int32_t* shifts = multipliers + channels;
  for (uint32_t c = 0; c < channels; ++c) {
    if (multipliers[c] != 0 && multipliers[c] < 1 << 30) return "M29";
    if (shifts[c] < -31 || shifts[c] > kMostWideShift) return "M29";
  }
  return taps <= kMostWideTaps ? nullptr : "M30";
}

const char* check_wide_convolution(const NodeView& node) {
  if (const char* rule = check_convolution_window(node)) return rule;
  return is_wide_clamp(node.attribute(attribute::kClampMin), node.attribute(attribute::kClampMax)) ? nullptr : "M27";
}

}  // namespace mote
