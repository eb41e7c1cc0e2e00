// softmax as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/softmax/softmax.h"

namespace mote {
namespace {

using attribute::kSoftmaxDiffMin;
using attribute::kSoftmaxLeftShift;
using attribute::kSoftmaxMultiplier;

constexpr int32_t kWidestDistance = 31 << 26;  // Q5.26

}  // namespace

const char* check_softmax(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  const TensorRecord& output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (!same_shape(input, output)) return "M26";
  if (!rest_is_zero(node, kSoftmaxDiffMin + 1)) return "M27";
  if (output.scale != 1.0f / 256 || output.zero_point != -128 || input.shape[3] > kMaxSoftmaxChannels) return "M32";
  const int32_t left_shift = node.attribute(kSoftmaxLeftShift);
  if (node.attribute(kSoftmaxMultiplier) < 1 << 30 || left_shift < 0 || left_shift > 30) return "M32";
  return node.attribute(kSoftmaxDiffMin) == -(kWidestDistance >> left_shift) ? nullptr : "M32";
}

void run_softmax(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  Softmax softmax;
  softmax.places = input.shape[1] * input.shape[2];
  softmax.channels = input.shape[3];
  softmax.multiplier = node.attribute(kSoftmaxMultiplier);
  softmax.left_shift = node.attribute(kSoftmaxLeftShift);
  softmax.diff_min = node.attribute(kSoftmaxDiffMin);
  softmax.rounding = node.model->rounding;
  softmax_reference(softmax, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
