// Looks scales up by name, and reads them off a graph.
#include "quantize/calibrate/fixed_scales.h"

#include <algorithm>

namespace mote {

const ValueQuantization* find_scales(const FixedScales& scales, const std::string& name) {
  const auto found =
      std::find_if(scales.begin(), scales.end(), [&](const ValueQuantization& entry) { return entry.name == name; });
  return found == scales.end() || name.empty() ? nullptr : &*found;
}

FixedScales scales_of(const Graph& quantized) {
  FixedScales scales;
  for (const Value& value : quantized.values) {
    const bool holds = value.type == Type::int8 || value.type == Type::int4;
    if (!holds || value.name.empty() || value.quantization.scale.empty()) continue;
    scales.push_back({value.name, value.quantization.scale, value.quantization.zero_point, bits_of(value.type)});
  }
  return scales;
}

}  // namespace mote
