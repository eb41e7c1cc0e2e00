// batch_matmul: products of matrices, whose sizes stand in its numbers.
#include "device/model/container.h"
#include "quantize/calibrate/tabulate.h"
#include "quantize/operators/along.h"
#include "quantize/operators/pairs.h"

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

Result<void> check(const Graph& graph, const Node& node) {
  const auto number = [&](size_t place) { return static_cast<uint64_t>(std::max(node.numbers[place], 0)); };
  const uint64_t depth = number(attribute::kMatmulDepth);
  const uint64_t sizes[] = {number(attribute::kMatmulRows) * depth, depth * number(attribute::kMatmulColumns)};
  uint64_t counts[2];
  for (size_t i = 0; i < 2; ++i) {
    const uint64_t count = count_of(graph.values[node.inputs[i]].shape);
    if (sizes[i] == 0 || count % sizes[i] != 0) return shape_problem("its inputs are not made of such matrices");
    counts[i] = count / sizes[i];
  }
  const uint64_t made = std::max(counts[0], counts[1]) * number(attribute::kMatmulRows) * number(attribute::kMatmulColumns);
  return made == count_of(graph.values[node.output].shape) ? Result<void>() : shape_problem("its output has another size");
}

void execute(const FloatCall& call) {
  const auto number = [&](size_t place) { return static_cast<size_t>(call.node.numbers[place]); };
  const size_t rows = number(attribute::kMatmulRows), depth = number(attribute::kMatmulDepth);
  const size_t columns = number(attribute::kMatmulColumns), turned = number(attribute::kMatmulTurned);
  const size_t firsts = count_of(call.input_shape(0)) / (rows * depth),
               seconds = count_of(call.input_shape(1)) / (depth * columns);
  float* to = call.output;
  for (size_t batch = 0; batch < std::max(firsts, seconds); ++batch) {
    const float* a = call.inputs[0] + batch % firsts * rows * depth;
    const float* b = call.inputs[1] + batch % seconds * depth * columns;
    for (size_t row = 0; row < rows; ++row)
      for (size_t column = 0; column < columns; ++column) {
        double sum = 0;
        for (size_t k = 0; k < depth; ++k)
          sum += static_cast<double>(a[(turned & 1) != 0 ? k * rows + row : row * depth + k]) *
                 static_cast<double>(b[(turned & 2) != 0 ? column * depth + k : k * columns + column]);
        *to++ = static_cast<float>(sum);
      }
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Affine affine = lowering.measured_affine(node.output);
  Node quantized = node;
  double scale = 1 / static_cast<double>(affine.scale);
  for (ValueId& input : quantized.inputs) {
    const Affine own = operand_affine(lowering, input);
    scale *= static_cast<double>(own.scale);
    input = operand_in(lowering, input, own);
  }
  const Multiplier multiplier = quantize_multiplier(scale);
  const int left = std::max(multiplier.shift, 0);
  if (left > 30 || int64_t{node.numbers[attribute::kMatmulDepth]} * 255 * 255 > INT32_MAX >> left)
    return lowering.problem(node, "its sums may not fit into 32 bits");
  quantized.numbers[attribute::kMatmulMultiplier] = multiplier.value;
  quantized.numbers[attribute::kMatmulShift] = multiplier.shift;
  quantized.output = lowering.add_activation(node.output, affine);
  lowering.to.nodes.push_back(std::move(quantized));
  return {};
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
                            .check = check,
                            .execute = execute,
                            .quantize = quantize,
                            .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
