// batch_matmul: products of matrices, whose sizes stand in its numbers.
#include "device/model/container.h"
#include "quantize/operators/along.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const int32_t rows = node.numbers[attribute::kMatmulRows], depth = node.numbers[attribute::kMatmulDepth],
                columns = node.numbers[attribute::kMatmulColumns];
  if (rows < 1 || depth < 1 || columns < 1) return shape_problem("a matrix has no elements");
  const auto height = static_cast<uint32_t>(rows), width = static_cast<uint32_t>(columns), inner = static_cast<uint32_t>(depth);
  const uint64_t first = count_of(graph.values[node.inputs[0]].shape) / (uint64_t{height} * inner),
                 second = count_of(graph.values[node.inputs[1]].shape) / (uint64_t{inner} * width);
  const uint64_t count = std::max(first, second) * height * width;
  if (count == 0 || count > kMostElements) return shape_problem("its inputs are not made of such matrices");
  return shape_with(graph, node, count, {1, static_cast<uint32_t>(std::max(first, second)), height, width});
}

}  // namespace

namespace operators {
extern const Rules batch_matmul;
const Rules batch_matmul = {.op = Op::batch_matmul,
                            .name = "batch_matmul",
                            .device_inputs = 2,
                            .least_inputs = 2,
                            .most_inputs = 2,
                            .shape = shape,
                            .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
