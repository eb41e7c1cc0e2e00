// max_pool_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/max_pool_2d/max_pool_2d.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

Window window_of(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  const TensorRecord& output = node.output();
  Window window;
  window.height = {static_cast<int32_t>(input.shape[1]), node.attribute(attribute::kFilterHeight),
                   node.attribute(attribute::kPoolStrideHeight), node.attribute(attribute::kPoolPadTop),
                   static_cast<int32_t>(output.shape[1])};
  window.width = {static_cast<int32_t>(input.shape[2]), node.attribute(attribute::kFilterWidth),
                  node.attribute(attribute::kPoolStrideWidth), node.attribute(attribute::kPoolPadLeft),
                  static_cast<int32_t>(output.shape[2])};
  return window;
}

}  // namespace

const char* check_max_pool_2d(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  const TensorRecord& output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (input.shape[3] != output.shape[3]) return "M26";
  const Window window = window_of(node);
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  if (!is_output_right(window.height) || !is_output_right(window.width)) return "M26";
  if (!is_clamp(node.attribute(attribute::kPoolClampMin), node.attribute(attribute::kPoolClampMax))) return "M27";
  return input.scale == output.scale && input.zero_point == output.zero_point ? nullptr : "M31";
}

void run_max_pool_2d(const NodeView& node) {
  MaxPool2d pool;
  pool.window = window_of(node);
  pool.channels = node.input(0).shape[3];
  pool.low = node.attribute(attribute::kPoolClampMin);
  pool.high = node.attribute(attribute::kPoolClampMax);
  max_pool_2d_reference(pool, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
