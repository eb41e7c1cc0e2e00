// resize_bilinear as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/resize_bilinear/resize_bilinear.h"

namespace mote {
namespace {

using attribute::kResizeAlignCorners;
using attribute::kResizeHalfPixel;

ResizeAxis axis_of(const NodeView& node, uint32_t dimension) {
  return resize_axis(node.input(0).shape[dimension], node.output().shape[dimension], node.attribute(kResizeAlignCorners) != 0,
                     node.attribute(kResizeHalfPixel) != 0);
}

}  // namespace

const char* check_resize_bilinear(const NodeView& node) {
  const TensorRecord &input = node.input(0), &output = node.output();
  if (!is_activation(input, TensorType::int8) || !is_activation(output, TensorType::int8)) return "M19";
  if (input.shape[3] != output.shape[3]) return "M26";
  const int32_t align = node.attribute(kResizeAlignCorners), half = node.attribute(kResizeHalfPixel);
  if (!is_flag(align) || !is_flag(half) || !rest_is_zero(node, kResizeHalfPixel + 1)) return "M27";
  if (align + half == 2 || !is_resize_inside(axis_of(node, 1)) || !is_resize_inside(axis_of(node, 2))) return "M57";
  return input.scale == output.scale && input.zero_point == output.zero_point ? nullptr : "M31";
}

void run_resize_bilinear(const NodeView& node) {
  const ResizeBilinear resize = {axis_of(node, 1), axis_of(node, 2), node.input(0).shape[3], node.model->rounding};
  resize_bilinear_reference(resize, node.data<int8_t>(0), node.result<int8_t>());
}

}  // namespace mote
