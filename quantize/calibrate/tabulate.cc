// Tables of 256 values.
#include "quantize/calibrate/tabulate.h"

#include <algorithm>
#include <cmath>

namespace mote {

void tabulate(Lowering& lowering, ValueId input, ValueId output, const std::function<double(double)>& curve) {
  const Affine from = affine_of(lowering.to.values[input]), to = affine_of(lowering.to.values[output]);
  std::vector<int32_t> table;
  for (int32_t q = -128; q < 128; ++q) {
    const double real = curve(static_cast<double>(from.scale) * (q - from.zero_point));
    table.push_back(std::isnan(real) ? to.zero_point : quantize_value(std::clamp(real, -1e30, 1e30), to));
  }
  const ValueId constant = lowering.add_constant("", {1, 1, 1, 256}, Type::int8, std::move(table));
  lowering.to.nodes.push_back({.op = Op::lookup, .inputs = {input, constant}, .output = output});
}

ValueId rescaled(Lowering& lowering, ValueId id, Affine affine) {
  const Affine own = affine_of(lowering.to.values[id]);
  if (own.scale == affine.scale && own.zero_point == affine.zero_point) return id;
  Value value = lowering.to.values[id];
  value.quantization = {.scale = {affine.scale}, .zero_point = affine.zero_point};
  const ValueId output = lowering.to.add(std::move(value));
  if (lowering.is_wide()) {
    lowering.to.nodes.push_back({.op = Op::requantize, .inputs = {id}, .output = output});
    return output;
  }
  tabulate(lowering, id, output, [](double x) { return x; });
  return output;
}

ValueId quantized_constant(Lowering& lowering, ValueId of, Affine affine) {
  const Value& from = lowering.from.values[of];
  std::vector<int32_t> integers;
  for (const float real : from.floats) integers.push_back(quantize_value(static_cast<double>(real), affine));
  return lowering.add_constant(from.name, from.shape, lowering.is_wide() ? Type::int16 : Type::int8, std::move(integers),
                               {.scale = {affine.scale}, .zero_point = affine.zero_point});
}

ValueId operand_in(Lowering& lowering, ValueId of, Affine affine) {
  if (lowering.from.values[of].constant) return quantized_constant(lowering, of, affine);
  return rescaled(lowering, lowering.made[of], affine);
}

}  // namespace mote
