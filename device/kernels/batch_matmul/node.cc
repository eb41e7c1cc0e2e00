// batch_matmul as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/batch_matmul/batch_matmul.h"
#include "device/kernels/batch_matmul/four.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kMatmulColumns;
using attribute::kMatmulDepth;
using attribute::kMatmulMultiplier;
using attribute::kMatmulRows;
using attribute::kMatmulShift;
using attribute::kMatmulTurned;

constexpr int32_t kFirstTurned = 1, kSecondTurned = 2;

bool is_operand(const TensorRecord& tensor) {
  return is_activation(tensor, TensorType::int8) || is_constant(tensor, TensorType::int8);
}

// How many matrices of `height` times `width` a tensor is; 0 when it is not made of such.
uint32_t matrices(const TensorRecord& tensor, int32_t height, int32_t width) {
  const int64_t size = int64_t{height} * width;
  return element_count(tensor) % size == 0 ? static_cast<uint32_t>(element_count(tensor) / size) : 0;
}

bool are_batches(const NodeView& node) {
  const int32_t rows = node.attribute(kMatmulRows), depth = node.attribute(kMatmulDepth),
                columns = node.attribute(kMatmulColumns);
  if (rows < 1 || depth < 1 || columns < 1) return false;
  const uint32_t batches = matrices(node.output(), rows, columns), first = matrices(node.input(0), rows, depth),
                 second = matrices(node.input(1), depth, columns);
  return batches != 0 && first != 0 && second != 0 && batches % first == 0 && batches % second == 0;
}

}  // namespace

const char* check_batch_matmul(const NodeView& node) {
  if (!is_operand(node.input(0)) || !is_operand(node.input(1)) || !is_activation(node.output(), TensorType::int8)) return "M19";
  if (!are_batches(node)) return "M26";
  const int32_t turned = node.attribute(kMatmulTurned), shift = node.attribute(kMatmulShift);
  if (turned < 0 || turned > (kFirstTurned | kSecondTurned)) return "M53";
  if (node.attribute(kMatmulMultiplier) < 0 || shift < -31 || shift > 30) return "M53";
  if (!rest_is_zero(node, kMatmulShift + 1)) return "M27";
  const int64_t largest = int64_t{255} * 255 * node.attribute(kMatmulDepth);
  return largest <= (INT32_MAX - 255) >> (shift > 0 ? shift : 0) ? nullptr : "M30";
}

void run_batch_matmul(const NodeView& node) {
  const int32_t rows = node.attribute(kMatmulRows), depth = node.attribute(kMatmulDepth),
                columns = node.attribute(kMatmulColumns);
  BatchMatmul product;
  product.batches = matrices(node.output(), rows, columns);
  product.first_batches = matrices(node.input(0), rows, depth);
  product.second_batches = matrices(node.input(1), depth, columns);
  product.rows = static_cast<uint32_t>(rows);
  product.depth = static_cast<uint32_t>(depth);
  product.columns = static_cast<uint32_t>(columns);
  product.first_turned = (node.attribute(kMatmulTurned) & kFirstTurned) != 0;
  product.second_turned = (node.attribute(kMatmulTurned) & kSecondTurned) != 0;
  product.first_zero_point = node.input(0).zero_point;
  product.second_zero_point = node.input(1).zero_point;
  product.output_zero_point = node.output().zero_point;
  product.multiplier = node.attribute(kMatmulMultiplier);
  product.shift = node.attribute(kMatmulShift);
  product.rounding = node.model->rounding;
  (kPlain ? batch_matmul_reference : batch_matmul_by_four)(product, node.operand<int8_t>(0), node.operand<int8_t>(1),
                                                           node.result<int8_t>());
}

}  // namespace mote
