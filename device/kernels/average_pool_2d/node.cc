// average_pool_2d as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/average_pool_2d/armv7e_m.h"
#include "device/kernels/average_pool_2d/average_pool_2d.h"
#include "device/kernels/average_pool_2d/lanes.h"
#include "device/kernels/average_pool_2d/mve.h"
#include "device/kernels/operators.h"

namespace mote {
namespace {

constexpr int32_t kMostPlaces = 1 << 23;  // 2^23 values of -128, and half as much for rounding, fit into int32

int32_t reached(const Axis& axis) { return axis.filter < axis.input ? axis.filter : axis.input; }

void run_fastest(const Pool2d& pool, const PoolRows& rows) {
#if MOTE_SMALL
  average_pool_2d_reference(pool, rows);
#elif defined(__ARM_FEATURE_MVE)
  armv8_1_m_mve::average_pool_2d(pool, rows.input, rows.output, rows.range);
#elif defined(__ARM_FEATURE_DSP)
  average_pool_2d_armv7e_m(pool, rows);
#elif defined(__x86_64__)
  average_pool_2d_by_lanes(pool, rows.input, rows.output, rows.range);
#else
  average_pool_2d_reference(pool, rows);
#endif
}

}  // namespace

const char* check_average_pool_2d(const NodeView& node) {
  if (const char* rule = check_pool(node)) return rule;
  const Window window = pool_of(node).window;
  return int64_t{reached(window.height)} * reached(window.width) <= kMostPlaces ? nullptr : "M30";
}

void run_average_pool_2d(const NodeView& node) { run_fastest(pool_of(node), pool_rows(node)); }

RowWindow rows_average_pool_2d(const NodeView& node, uint32_t) { return pool_row_window(node); }

}  // namespace mote
