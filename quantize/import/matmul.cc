// BATCH_MATMUL.
#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

struct Operand {
  ValueId id = kNoValue;
  float scale = 1;
  Extents extents;
  uint32_t rows = 1, columns = 1;  // as the product reads it, turned or not
  uint64_t matrices = 1;
};

Result<Operand> operand_of(TfliteNode& node, uint32_t place, bool turned) {
  Operand operand;
  TRY(operand.extents, node.input_extents(place));
  if (operand.extents.size() < 2) return unsupported("has an input of less than two dimensions");
  if (node.is_constant(place)) {
    TRY(operand.id, node.constant_input(place, folded(operand.extents)));
  } else {
    TRY(operand.id, node.number_elements(place));
  }
  const Value& value = node.graph().values[operand.id];
  if (value.type != (node.is_float() ? Type::float32 : Type::int8)) return unsupported("has an input of another type");
  if (!node.is_float()) operand.scale = value.quantization.scale[0];
  const size_t rank = operand.extents.size();
  operand.rows = operand.extents[rank - (turned ? 1 : 2)];
  operand.columns = operand.extents[rank - (turned ? 2 : 1)];
  operand.matrices = count_of(operand.extents) / (uint64_t{operand.rows} * operand.columns);
  return operand;
}

// True when matrix i of a batch of `batches` is matrix i mod (those of the operand): its leading dimensions, filled with 1 from
// the left, are those of the output but for some first ones, which are 1.
bool is_repeated(const Extents& operand, const Extents& output) {
  bool whole = true;
  for (size_t i = 3; i <= output.size(); ++i) {  // from the right
    const uint32_t extent = i <= operand.size() ? operand[operand.size() - i] : 1, most = output[output.size() - i];
    if (extent != most) whole = false;
    if (extent != most && extent != 1) return false;
    if (!whole && extent != 1) return false;
  }
  return true;
}

}  // namespace

namespace from_tflite {

Result<void> batch_matmul(TfliteNode& node) {
  TRY(const tflite::BatchMatMulOptions* options, node.options<tflite::BatchMatMulOptions>());
  TRY(const Operand first, operand_of(node, 0, options->adj_x()));
  TRY(const Operand second, operand_of(node, 1, options->adj_y()));
  TRY(const Extents output, node.output_extents());
  if (first.columns != second.rows) return unsupported("has matrices that do not fit each other");
  if (!is_repeated(first.extents, output) || !is_repeated(second.extents, output))
    return unsupported("repeats an input along an inner dimension");
  Node to{.op = Op::batch_matmul, .inputs = {first.id, second.id}};
  TRY(to.output, node.output());
  to.numbers[attribute::kMatmulRows] = static_cast<int32_t>(first.rows);
  to.numbers[attribute::kMatmulDepth] = static_cast<int32_t>(first.columns);
  to.numbers[attribute::kMatmulColumns] = static_cast<int32_t>(second.columns);
  to.numbers[attribute::kMatmulTurned] = (options->adj_x() ? 1 : 0) + (options->adj_y() ? 2 : 0);
  if (node.is_float()) return node.add(std::move(to));
  // The product of scales is one of floats (kernel_util.cc, GetQuantizedConvolutionMultipler).
  const Multiplier multiplier = quantize_multiplier(static_cast<double>(first.scale * second.scale) /
                                                    static_cast<double>(node.graph().values[to.output].quantization.scale[0]));
  to.numbers[attribute::kMatmulMultiplier] = multiplier.value;
  to.numbers[attribute::kMatmulShift] = multiplier.shift;
  return node.add(std::move(to));
}

}  // namespace from_tflite
}  // namespace mote
