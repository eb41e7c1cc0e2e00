// What max_pool_2d_int16 and average_pool_2d_int16 share: the rules of their nodes, and where their rows lie.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// M19, M25 to M27, M31.
inline const char* check_wide_pool(const NodeView& node) {
  if (!is_activation(node.input(0), TensorType::int16) || !is_activation(node.output(), TensorType::int16)) return "M19";
  if (!is_wide_clamp(node.attribute(attribute::kPoolClampMin), node.attribute(attribute::kPoolClampMax))) return "M27";
  return check_pool_window(node);
}

inline PoolRowsOf<int16_t> wide_pool_rows(const NodeView& node) {
  return {node.rows<int16_t>(0), node.result_rows<int16_t>(), node.range};
}

}  // namespace mote
