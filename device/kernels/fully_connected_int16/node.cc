// fully_connected_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/fully_connected_int16/fully_connected_int16.h"
#include "device/kernels/operators.h"
#include "device/kernels/wide.h"

namespace mote {

using attribute::kFullClampMax;
using attribute::kFullClampMin;
using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

const char* check_fully_connected_int16(const NodeView& node) {
  const TensorRecord& weights = node.input(kWeights);
  const uint32_t outputs = weights.shape[2], inputs = weights.shape[3];
  if (const char* rule = check_wide_form(node, outputs)) return rule;
  if (weights.shape[0] != 1 || weights.shape[1] != 1 || element_count(node.input(kData)) != inputs) return "M24";
  if (!has_shape(node.output(), 1, 1, 1, outputs)) return "M26";
  if (!is_wide_clamp(node.attribute(kFullClampMin), node.attribute(kFullClampMax))) return "M27";
  if (!rest_is_zero(node, kFullClampMax + 1)) return "M27";
  return check_wide_range(node, outputs, inputs);
}

void run_fully_connected_int16(const NodeView& node) {
  FullyConnected layer;
  layer.inputs = node.input(kWeights).shape[3];
  layer.outputs = node.input(kWeights).shape[2];
  layer.input_zero_point = 0;
  layer.bias = node.constant<int32_t>(kBias);
  layer.scaling = scaling_of(node, node.attribute(kFullClampMin), node.attribute(kFullClampMax));
  fully_connected_int16_reference(layer, node.data<int16_t>(kData), node.constant<int8_t>(kWeights), node.result<int16_t>());
}

}  // namespace mote
