// A pool's node: its rules, and its geometry.
#include "device/kernels/pool.h"

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

const char* check_pool_window(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  const TensorRecord& output = node.output();
  if (input.shape[3] != output.shape[3]) return "M26";
  const Window window = window_of(node);
  if (!is_axis_in_range(window.height) || !is_axis_in_range(window.width)) return "M25";
  if (!is_output_right(window.height) || !is_output_right(window.width)) return "M26";
  return input.scale == output.scale && input.zero_point == output.zero_point ? nullptr : "M31";
}

const char* check_pool(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::int8) || !is_activation(node.output(), TensorType::int8)) return "M19";
  if (!is_clamp(node.attribute(attribute::kPoolClampMin), node.attribute(attribute::kPoolClampMax))) return "M27";
  return check_pool_window(node);
}

PoolRows pool_rows(const NodeView& node) { return {node.rows<int8_t>(0), node.result_rows<int8_t>(), node.range}; }

RowWindow pool_row_window(const NodeView& node) { return row_window_of(window_of(node).height); }

Pool2d pool_of(const NodeView& node) {
  return {window_of(node), node.input(0).shape[3], node.attribute(attribute::kPoolClampMin),
          node.attribute(attribute::kPoolClampMax)};
}

}  // namespace mote
