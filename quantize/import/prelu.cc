// PRELU, whose slopes are a constant.
#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

// The slopes as they repeat over `x`: as they are when only first dimensions are missing or 1, else one for each element.
Result<std::vector<int32_t>> spread(const std::vector<int32_t>& slopes, const Extents& extents, const Extents& x) {
  Extents of(x.size(), 1);
  if (extents.size() > x.size()) return unsupported("has slopes of more dimensions than its input");
  std::copy(extents.begin(), extents.end(), of.end() - static_cast<std::ptrdiff_t>(extents.size()));
  size_t first = 0;
  while (first < of.size() && of[first] == 1) ++first;
  bool plain = true;
  for (size_t i = 0; i < of.size(); ++i) {
    if (of[i] != 1 && of[i] != x[i]) return unsupported("has slopes that do not fit its input");
    plain = plain && (i < first || of[i] == x[i]);
  }
  if (plain) return slopes;
  std::vector<int32_t> whole(count_of(x));
  for (uint64_t i = 0; i < whole.size(); ++i) {
    uint64_t rest = i, step = 1, at = 0;
    for (size_t k = x.size(); k-- > 0; rest /= x[k]) {
      if (of[k] != 1) at += rest % x[k] * step;
      step *= of[k];
    }
    whole[i] = slopes[at];
  }
  return whole;
}

}  // namespace

namespace from_tflite {

Result<void> prelu(TfliteNode& node) {
  TRY(const ValueId input, node.input(0));
  if (!node.is_constant(1) || node.input_tensor(1)->type() != static_cast<int8_t>(TfliteType::int8))
    return unsupported("has slopes that are no int8 constant");
  TRY(const Quantization slope_quantization, quantization_of(*node.input_tensor(1)));
  TRY(const Extents extents, node.input_extents(1));
  TRY(const Extents x, node.input_extents(0));
  TRY(const std::vector<int32_t> given, node.integers(1));
  TRY(std::vector<int32_t> slopes, spread(given, extents, x));
  Node to{.op = Op::prelu, .inputs = {input}};
  TRY(to.output, node.output());
  const auto scale = [&](ValueId id) { return static_cast<double>(node.graph().values[id].quantization.scale[0]); };
  const Multiplier positive = quantize_multiplier(scale(input) / scale(to.output));
  const Multiplier negative =
      quantize_multiplier(scale(input) * static_cast<double>(slope_quantization.scale[0]) / scale(to.output));
  to.numbers[attribute::kPreluPositiveMultiplier] = positive.value;
  to.numbers[attribute::kPreluPositiveShift] = positive.shift;
  to.numbers[attribute::kPreluNegativeMultiplier] = negative.value;
  to.numbers[attribute::kPreluNegativeShift] = negative.shift;
  const auto count = static_cast<uint32_t>(slopes.size());
  to.inputs.push_back(
      node.constant(name_of(*node.input_tensor(1)), {1, 1, 1, count}, Type::int8, std::move(slopes), slope_quantization.scale));
  node.graph().values[to.inputs[1]].quantization.zero_point = slope_quantization.zero_point;
  return node.add(std::move(to));
}

}  // namespace from_tflite
}  // namespace mote
