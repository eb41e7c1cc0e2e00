// max_pool_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/max_pool_2d/lanes.h"
#include "device/kernels/max_pool_2d/max_pool_2d.h"
#include "device/kernels/max_pool_2d/mve.h"
#include "device/kernels/max_pool_2d/words.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_max_pool_2d(const NodeView& node) { return check_pool(node); }

void run_max_pool_2d(const NodeView& node) {
  const PoolRows rows = pool_rows(node);
#if defined(__x86_64__)
  max_pool_2d_by_lanes(pool_of(node), rows.input, rows.output, rows.range);
#elif MOTE_SMALL
  max_pool_2d_reference(pool_of(node), rows);
#elif defined(__ARM_FEATURE_MVE)
  armv8_1_m_mve::max_pool_2d(pool_of(node), rows);
#elif defined(__ARM_FEATURE_UNALIGNED)
  max_pool_2d_by_words(pool_of(node), rows);
#else
  max_pool_2d_reference(pool_of(node), rows);
#endif
}

RowWindow rows_max_pool_2d(const NodeView& node, uint32_t) { return pool_row_window(node); }

}  // namespace mote
