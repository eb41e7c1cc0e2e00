// fill as a node of a model: one value everywhere (O17).
#include <string.h>

#include "device/kernels/operators.h"
#include "device/kernels/strided.h"

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
  const uint32_t count = element_count(node.output());
  with_width_of(node.output(), [&](auto width) {
    using T = decltype(width);
    const T value = static_cast<T>(node.attribute(attribute::kFillValue));
    T* output = node.result<T>();
    for (uint32_t i = 0; i < count; ++i) output[i] = value;
  });
}

}  // namespace mote
