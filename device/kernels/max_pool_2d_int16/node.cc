// max_pool_2d_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/max_pool_2d_int16/max_pool_2d_int16.h"
#include "device/kernels/operators.h"
#include "device/kernels/wide_pool.h"

namespace mote {

const char* check_max_pool_2d_int16(const NodeView& node) { return check_wide_pool(node); }

void run_max_pool_2d_int16(const NodeView& node) { max_pool_2d_int16_reference(pool_of(node), wide_pool_rows(node)); }

}  // namespace mote
