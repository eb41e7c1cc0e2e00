// average_pool_2d_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/average_pool_2d_int16/average_pool_2d_int16.h"
#include "device/kernels/operators.h"
#include "device/kernels/wide_pool.h"

namespace mote {
namespace {

int32_t reached(const Axis& axis) { return axis.filter < axis.input ? axis.filter : axis.input; }

}  // namespace

const char* check_average_pool_2d_int16(const NodeView& node) {
  if (const char* rule = check_wide_pool(node)) return rule;
  const Window window = pool_of(node).window;
  return int64_t{reached(window.height)} * reached(window.width) <= kMostWidePlaces ? nullptr : "M30";
}

void run_average_pool_2d_int16(const NodeView& node) { average_pool_2d_int16_reference(pool_of(node), wide_pool_rows(node)); }

}  // namespace mote
