// Mean as a node and as a kernel, of int8 and of int16.
#pragma once

#include "device/kernels/activation.h"
#include "device/kernels/mean/mean.h"
#include "device/kernels/node.h"

namespace mote {

// Static, as what follows: each is called once, and then part of its caller. One result after the other.
template <typename T>
static void mean_of(const Mean& mean, const T* input, T* output) {
  using Of = Activation<T>;
  for (uint32_t at = 0; at < mean.view.results(); ++at) {
    const T* first = input + mean.view.first(at);
    int32_t sum = 0;
    for (uint32_t i = 0; i < mean.view.count; ++i)
      sum += first[size_t{i} * mean.view.inner] - Of::zero_point(mean.input_zero_point);
    const int32_t value = requantize(sum, mean.multiplier, mean.shift, mean.rounding) + Of::zero_point(mean.output_zero_point);
    output[at] = static_cast<T>(clamp(value, Of::kLeast, Of::kMost));
  }
}

template <typename T>
static const char* check_mean_of(const NodeView& node) {
  using Of = Activation<T>;
  const TensorRecord& input = node.input(0);
  if (!is_activation(input, Of::kType) || !is_activation(node.output(), Of::kType)) return "M19";
  if (!is_along(input, node.attribute(attribute::kMeanOuter), node.attribute(attribute::kMeanInner))) return "M51";
  const Along view = along(input, node.attribute(attribute::kMeanOuter), node.attribute(attribute::kMeanInner));
  if (element_count(node.output()) != view.results()) return "M26";
  if (!rest_is_zero(node, attribute::kMeanInner + 1)) return "M27";
  const int32_t shift = node.attribute(attribute::kMeanShift);
  if (node.attribute(attribute::kMeanMultiplier) < 0 || shift < -31 || shift > 30) return "M34";
  const int64_t largest = int64_t{Of::kFarthest} * view.count;
  return largest <= Of::kMostScaled >> (shift > 0 ? shift : 0) ? nullptr : "M30";
}

template <typename T>
static Mean mean_of_node(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  Mean mean;
  mean.view = along(input, node.attribute(attribute::kMeanOuter), node.attribute(attribute::kMeanInner));
  mean.input_zero_point = Activation<T>::zero_point(input.zero_point);
  mean.output_zero_point = Activation<T>::zero_point(node.output().zero_point);
  mean.multiplier = node.attribute(attribute::kMeanMultiplier);
  mean.shift = node.attribute(attribute::kMeanShift);
  mean.rounding = node.model->rounding;
  return mean;
}

}  // namespace mote
