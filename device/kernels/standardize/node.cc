// standardize as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/standardize/node.h"

#include "device/kernels/operators.h"

namespace mote {
namespace {

using input_place::kRaw;
using input_place::kStandardization;

// M33.
bool is_channel_in_range(int32_t offset, int32_t multiplier, int32_t shift) {
  if (offset < -kMaxStandardizeOffset || offset > kMaxStandardizeOffset) return false;
  return (multiplier == 0 || multiplier >= 1 << 30) && shift >= -31 && shift <= kMaxStandardizeShift;
}

}  // namespace

const char* check_standardize_to(const NodeView& node, TensorType type) {
  const TensorRecord& raw = node.input(kRaw);
  if (!is_activation(raw, TensorType::int16) || !is_constant(node.input(kStandardization), TensorType::int32) ||
      !is_activation(node.output(), type))
    return "M19";
  const uint32_t channels = raw.shape[3];
  if (!has_shape(node.input(kStandardization), 1, 1, 3, channels)) return "M24";
  if (raw.shape[1] != 1 || !same_shape(raw, node.output())) return "M26";
  if (!rest_is_zero(node, 0)) return "M27";
  const int32_t* constants = node.constant<int32_t>(kStandardization);
  for (uint32_t c = 0; c < channels; ++c)
    if (!is_channel_in_range(constants[c], constants[channels + c], constants[2 * channels + c])) return "M33";
  return nullptr;
}

Standardize standardize_of(const NodeView& node) {
  const TensorRecord& raw = node.input(kRaw);
  const int32_t* constants = node.constant<int32_t>(kStandardization);
  Standardize standardize;
  standardize.samples = raw.shape[2];
  standardize.channels = raw.shape[3];
  standardize.offsets = constants;
  standardize.multipliers = constants + raw.shape[3];
  standardize.shifts = constants + 2 * raw.shape[3];
  standardize.zero_point = node.output().zero_point;
  standardize.rounding = node.model->rounding;
  return standardize;
}

const char* check_standardize(const NodeView& node) { return check_standardize_to(node, TensorType::int8); }

void run_standardize(const NodeView& node) {
  standardize_reference(standardize_of(node), node.data<int16_t>(kRaw), node.result<int8_t>());
}

}  // namespace mote
