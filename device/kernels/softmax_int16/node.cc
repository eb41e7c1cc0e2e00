// softmax_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/softmax_int16/softmax_int16.h"

namespace mote {

using attribute::kSoftmaxInt16Multiplier;
using attribute::kSoftmaxInt16Shift;

const char* check_softmax_int16(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input, TensorType::int16) || !is_activation(output, TensorType::int16)) return "M19";
  if (!same_shape(input, output)) return "M26";
  if (!rest_is_zero(node, kSoftmaxInt16Shift + 1)) return "M27";
  if (output.scale != 1.0f / 32768 || node.attribute(kSoftmaxInt16Multiplier) < 0) return "M32";
  return node.attribute(kSoftmaxInt16Shift) >= -31 && node.attribute(kSoftmaxInt16Shift) <= kMostSoftmaxInt16Shift ? nullptr
                                                                                                                   : "M32";
}

void run_softmax_int16(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  SoftmaxInt16 softmax;
  softmax.places = input.shape[1] * input.shape[2];
  softmax.channels = input.shape[3];
  softmax.multiplier = node.attribute(kSoftmaxInt16Multiplier);
  softmax.shift = node.attribute(kSoftmaxInt16Shift);
  softmax.rounding = node.model->rounding;
  softmax_int16_reference(softmax, node.data<int16_t>(0), node.result<int16_t>());
}

}  // namespace mote
