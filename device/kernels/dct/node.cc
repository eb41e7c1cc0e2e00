// dct as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/dct/node.h"

#include "device/kernels/operators.h"

namespace mote {

using attribute::kDctShift;

const char* check_dct(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  const TensorRecord& output = node.output();
  if (!is_activation(input, TensorType::int16) || !is_constant(node.input(1), TensorType::int16) ||
      !is_activation(output, TensorType::int16))
    return "M19";
  if (!has_shape(node.input(1), 1, 1, output.shape[3], input.shape[3])) return "M24";
  if (input.shape[1] != output.shape[1] || input.shape[2] != output.shape[2]) return "M26";
  if (!rest_is_zero(node, kDctShift + 1)) return "M27";
  return node.attribute(kDctShift) >= 0 && node.attribute(kDctShift) <= 15 ? nullptr : "M63";
}

void run_dct(const NodeView& node) { dct_reference(dct_of(node), node.data<int16_t>(0), node.result<int16_t>()); }

}  // namespace mote
