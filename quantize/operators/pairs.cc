// How operators on two operands become int8.
#include "quantize/operators/pairs.h"

#include <algorithm>

#include "quantize/calibrate/tabulate.h"

namespace mote {

Affine operand_affine(const Lowering& lowering, ValueId of) {
  const Value& value = lowering.from.values[of];
  if (!value.constant) return lowering.affine_of(of);
  const auto [low, high] = std::minmax_element(value.floats.begin(), value.floats.end());
  return lowering.affine_for(static_cast<double>(*low), static_cast<double>(*high));
}

Result<void> quantize_pair(Lowering& lowering, const Node& node, double (*pair)(double, double)) {
  const Value& second = lowering.from.values[node.inputs[1]];
  const Affine affine = lowering.measured_affine(node.output);
  if (second.constant && second.floats.size() == 1 && !lowering.is_wide()) {
    const auto low = static_cast<double>(node.low), high = static_cast<double>(node.high);
    tabulate(
        lowering, lowering.made[node.inputs[0]], lowering.add_activation(node.output, affine),
        [&, constant = static_cast<double>(second.floats[0])](double x) { return std::clamp(pair(x, constant), low, high); });
    return {};
  }
  Node quantized = node;
  for (ValueId& input : quantized.inputs) {
    const bool joined = rules(node.op).scales == Scales::joined;
    input = operand_in(lowering, input, joined ? affine : operand_affine(lowering, input));
  }
  quantized.output = lowering.add_activation(node.output, affine);
  lowering.to.nodes.push_back(std::move(quantized));
  return {};
}

}  // namespace mote
