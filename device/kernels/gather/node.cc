// gather as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/gather/gather.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

// outer * n * inner, or -1 when that is more than a tensor can have. Each factor is below 2^31.
int64_t product(int32_t outer, uint32_t n, int32_t inner) {
  const int64_t most = int64_t{1} << 30;
  const int64_t slices = int64_t{outer} * n;
  return slices <= most && slices * inner <= most ? slices * inner : -1;
}

bool are_inside(const int32_t* indices, uint32_t count, int32_t axis) {
  for (uint32_t j = 0; j < count; ++j)
    if (indices[j] < 0 || indices[j] >= axis) return false;
  return true;
}

}  // namespace

const char* check_gather(const NodeView& node) {
  const TensorRecord &input = node.input(0), &indices = node.input(1), &output = node.output();
  if (!is_activation(input) || !is_activation(output) || input.type != output.type || !is_constant(indices, TensorType::int32))
    return "M19";
  if (!rest_is_zero(node, attribute::kGatherInner + 1)) return "M27";
  const int32_t outer = node.attribute(attribute::kGatherOuter), axis = node.attribute(attribute::kGatherAxis),
                inner = node.attribute(attribute::kGatherInner);
  const uint32_t count = indices.shape[3];
  if (!has_shape(indices, 1, 1, 1, count)) return "M24";
  if (outer < 1 || axis < 1 || inner < 1) return "M40";
  if (product(outer, static_cast<uint32_t>(axis), inner) != element_count(input) ||
      product(outer, count, inner) != element_count(output))
    return "M40";
  return are_inside(node.constant<int32_t>(1), count, axis) ? nullptr : "M40";
}

void run_gather(const NodeView& node) {
  Gather gather;
  gather.outer = static_cast<uint32_t>(node.attribute(attribute::kGatherOuter));
  gather.axis = static_cast<uint32_t>(node.attribute(attribute::kGatherAxis));
  gather.inner = static_cast<size_t>(node.attribute(attribute::kGatherInner)) * (element_bits(node.output()) / 8);
  gather.indices = node.constant<int32_t>(1);
  gather.count = node.input(1).shape[3];
  gather_reference(gather, node.data<uint8_t>(0), node.result<uint8_t>());
}

}  // namespace mote
