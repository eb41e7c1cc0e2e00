// requantize as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/requantize/requantize_to.h"

namespace mote {
namespace {

using attribute::kRequantizeClampMax;
using attribute::kRequantizeClampMin;
using attribute::kRequantizeMultiplier;
using attribute::kRequantizeShift;

constexpr int32_t kMostShift = 14;  // 2^15 * 2^14 leaves room for a zero point

bool is_int16(const TensorRecord& tensor) { return tensor.type == static_cast<uint8_t>(TensorType::int16); }
bool is_whole(const TensorRecord& tensor) {
  return is_activation(tensor, TensorType::int8) || is_activation(tensor, TensorType::int16);
}

template <typename From>
void run_from(const Requantize& to, const NodeView& node) {
  const From* input = node.data<From>(0);
  if (is_int16(node.output()))
    requantize_reference(to, input, node.result<int16_t>());
  else
    requantize_reference(to, input, node.result<int8_t>());
}

}  // namespace

const char* check_requantize(const NodeView& node) {
  if (!is_whole(node.input(0)) || !is_whole(node.output())) return "M19";
  if (!same_shape(node.input(0), node.output())) return "M26";
  const int32_t low = node.attribute(kRequantizeClampMin), high = node.attribute(kRequantizeClampMax);
  if (!(is_int16(node.output()) ? is_wide_clamp(low, high) : is_clamp(low, high))) return "M27";
  if (!rest_is_zero(node, kRequantizeClampMax + 1)) return "M27";
  const int32_t shift = node.attribute(kRequantizeShift);
  return node.attribute(kRequantizeMultiplier) >= 0 && shift >= -31 && shift <= kMostShift ? nullptr : "M38";
}

void run_requantize(const NodeView& node) {
  Requantize to;
  to.count = element_count(node.output());
  to.input_zero_point = node.input(0).zero_point;
  to.output_zero_point = node.output().zero_point;
  to.multiplier = node.attribute(kRequantizeMultiplier);
  to.shift = node.attribute(kRequantizeShift);
  to.low = node.attribute(kRequantizeClampMin);
  to.high = node.attribute(kRequantizeClampMax);
  to.rounding = node.model->rounding;
  is_int16(node.input(0)) ? run_from<int16_t>(to, node) : run_from<int8_t>(to, node);
}

}  // namespace mote
