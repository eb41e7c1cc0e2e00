// fully_connected as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/fully_connected/four.h"
#include "device/kernels/fully_connected/fully_connected.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kFullClampMax;
using attribute::kFullClampMin;
using input_place::kBias;
using input_place::kData;
using input_place::kWeights;

void run_fastest(const FullyConnected& layer, const int8_t* input, const int8_t* weights, int8_t* output) {
  if (layer.outputs >= 4) return fully_connected_by_four(layer, input, weights, output);
  fully_connected_reference(layer, input, weights, output);
}

void run_fastest(const FullyConnected& layer, const int8_t* input, Nibbles weights, int8_t* output) {
  if (kPlain) return fully_connected_reference(layer, input, weights, output);
  fully_connected_by_four(layer, input, weights, output);
}

}  // namespace

const char* check_fully_connected(const NodeView& node) {
  const TensorRecord& weights = node.input(kWeights);
  const uint32_t outputs = weights.shape[2], inputs = weights.shape[3];
  if (const char* rule = check_weighted_form(node, outputs)) return rule;
  if (weights.shape[0] != 1 || weights.shape[1] != 1 || element_count(node.input(kData)) != inputs) return "M24";
  if (!has_shape(node.output(), 1, 1, 1, outputs)) return "M26";
  if (!is_clamp(node.attribute(kFullClampMin), node.attribute(kFullClampMax))) return "M27";
  if (!rest_is_zero(node, kFullClampMax + 1)) return "M27";
  return check_weighted_range(node, {outputs, inputs, inputs, 1});
}

void run_fully_connected(const NodeView& node) {
  FullyConnected layer;
  layer.inputs = node.input(kWeights).shape[3];
  layer.outputs = node.input(kWeights).shape[2];
  layer.input_zero_point = node.input(kData).zero_point;
  layer.bias = node.constant<int32_t>(kBias);
  layer.scaling = scaling_of(node, node.attribute(kFullClampMin), node.attribute(kFullClampMax));
  with_weights(node, [&](auto weights) { run_fastest(layer, node.data<int8_t>(kData), weights, node.result<int8_t>()); });
}

}  // namespace mote
