// mean_rms as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean_rms/mean_rms.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_mean_rms(const NodeView& node) {
  const TensorRecord& raw = node.input(0);
  if (!is_activation(raw, TensorType::int16) || !is_activation(node.output(), TensorType::int16)) return "M19";
  if (raw.shape[1] != 1 || !has_shape(node.output(), 1, 1, 1, 2 * raw.shape[3])) return "M26";
  return rest_is_zero(node, 0) ? nullptr : "M27";
}

void run_mean_rms(const NodeView& node) {
  const TensorRecord& raw = node.input(0);
  mean_rms_reference({raw.shape[2], raw.shape[3]}, node.data<int16_t>(0), node.result<int16_t>());
}

}  // namespace mote
