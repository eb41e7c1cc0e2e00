// SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION: each place along its last dimension.
#include <algorithm>
#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/tflite_node.h"
#include "quantize/operators/softmax_numbers.h"

namespace mote {
namespace {

constexpr int kIntegerBits = 5;  // of a scaled distance (TensorFlow Lite's kScaledDiffIntegerBits)

// The attributes that softmax and log_softmax have in common (quantization_util.cc, PreprocessSoftmaxScaling and
// CalculateInputRadius).
Result<Multiplier> scale_distances(TfliteNode& node, ValueId input, float beta, Node& to) {
  const double scale = static_cast<double>(beta) * static_cast<double>(node.graph().values[input].quantization.scale[0]);
  const double real = std::min(scale * (1 << (31 - kIntegerBits)), 2147483647.0);
  if (!(real > 1)) return unsupported("has an input whose scale is too small");
  const Multiplier multiplier = quantize_multiplier(real);
  const double largest = ((1 << kIntegerBits) - 1) * std::ldexp(1.0, 31 - kIntegerBits - multiplier.shift);
  to.numbers[attribute::kSoftmaxMultiplier] = multiplier.value;
  to.numbers[attribute::kSoftmaxLeftShift] = multiplier.shift;
  to.numbers[attribute::kSoftmaxDiffMin] = -static_cast<int32_t>(std::floor(largest));
  return multiplier;
}

}  // namespace

namespace from_tflite {

Result<void> softmax(TfliteNode& node) {
  TRY(const tflite::SoftmaxOptions* options, node.options<tflite::SoftmaxOptions>());
  TRY(const ValueId input, node.input(0));
  Node to{.op = Op::softmax, .inputs = {input}};
  const Value& x = node.graph().values[input];
  if (x.type == Type::int16) {
    TRY(to.output, node.output());
    if (node.graph().values[to.output].quantization.scale[0] != 1.0f / 32768)
      return unsupported("has an output whose scale is not 1/32768");
    const double scale = static_cast<double>(node.graph().values[input].quantization.scale[0]);
    TRY(to.numbers, softmax_int16_numbers(scale * static_cast<double>(options->beta()), ""));
    return node.add(std::move(to));
  }
  TRY_DO(scale_distances(node, input, options->beta(), to));
  return node.add(std::move(to));
}

Result<void> log_softmax(TfliteNode& node) {
  TRY(const ValueId input, node.input(0));
  Node to{.op = Op::log_softmax, .inputs = {input}};
  TRY(const Multiplier multiplier, scale_distances(node, input, 1, to));
  const Multiplier reverse = quantize_multiplier(std::ldexp(1.0, 31 - multiplier.shift) / multiplier.value);
  to.numbers[attribute::kLogSoftmaxReverseMultiplier] = reverse.value;
  to.numbers[attribute::kLogSoftmaxReverseShift] = reverse.shift;
  return node.add(std::move(to));
}

// Its epsilon and its fused activation have no effect in TensorFlow Lite's integer kernel.
Result<void> l2_normalization(TfliteNode& node) {
  TRY(const ValueId input, node.input(0));
  return node.add({.op = Op::l2_normalization, .inputs = {input}});
}

}  // namespace from_tflite
}  // namespace mote
