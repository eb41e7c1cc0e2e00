// log_softmax as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/log_softmax/log_softmax.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kLogSoftmaxReverseMultiplier;
using attribute::kLogSoftmaxReverseShift;
using attribute::kSoftmaxDiffMin;
using attribute::kSoftmaxLeftShift;
using attribute::kSoftmaxMultiplier;

constexpr int32_t kWidestDistance = 31 << 26;  // Q5.26

// Bounds of `value`, both included.
bool is_within(int32_t low, int32_t value, int32_t high) { return value >= low && value <= high; }

}  // namespace

const char* check_log_softmax(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (!same_shape(input, output)) return "M26";
  if (!rest_is_zero(node, kLogSoftmaxReverseShift + 1)) return "M27";
  if (output.scale != 1.0f / 16 || output.zero_point != 127 || input.shape[3] > kMaxLogSoftmaxChannels) return "M55";
  const int32_t left_shift = node.attribute(kSoftmaxLeftShift);
  if (node.attribute(kSoftmaxMultiplier) < 1 << 30 || !is_within(0, left_shift, 30)) return "M55";
  if (node.attribute(kLogSoftmaxReverseMultiplier) < 1 << 30) return "M55";
  if (!is_within(-31, node.attribute(kLogSoftmaxReverseShift), 0)) return "M55";
  return node.attribute(kSoftmaxDiffMin) == -(kWidestDistance >> left_shift) ? nullptr : "M55";
}

void run_log_softmax(const NodeView& node) {
  LogSoftmax softmax;
  softmax.channels = node.input(0).shape[3];
  softmax.places = element_count(node.input(0)) / softmax.channels;
  softmax.multiplier = node.attribute(kSoftmaxMultiplier);
  softmax.left_shift = node.attribute(kSoftmaxLeftShift);
  softmax.diff_min = node.attribute(kSoftmaxDiffMin);
  softmax.reverse_multiplier = node.attribute(kLogSoftmaxReverseMultiplier);
  softmax.reverse_shift = node.attribute(kLogSoftmaxReverseShift);
  softmax.rounding = node.model->rounding;
  log_softmax_reference(softmax, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
