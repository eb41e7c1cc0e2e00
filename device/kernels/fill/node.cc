// fill as a node of a model: one value everywhere (O17).
#include "device/kernels/move.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

bool fits(int32_t value, uint32_t bits) { return bits == 32 || (value >= -(1 << (bits - 1)) && value < 1 << (bits - 1)); }

}  // namespace

const char* check_fill(const NodeView& node) {
  if (!is_activation(node.output())) return "M19";
  if (!fits(node.attribute(attribute::kFillValue), element_bits(node.output()))) return "M27";
  return rest_is_zero(node, attribute::kFillValue + 1) ? nullptr : "M27";
}

void run_fill(const NodeView& node) {
  auto word = static_cast<uint32_t>(node.attribute(attribute::kFillValue));
  const uint32_t bits = element_bits(node.output());
  if (bits == 8) word = (word & 0xFF) * 0x01010101;
  if (bits == 16) word = (word & 0xFFFF) * 0x00010001;
  fill_words(node.result<uint8_t>(), word, byte_count(node.output()));
}

}  // namespace mote
