// max_pool_2d with the channels side by side against the plain one.
#include "device/kernels/max_pool_2d/lanes.h"

#include "device/kernels/max_pool_2d/max_pool_2d.h"
#include "device/kernels/test/pool_rings.h"

namespace mote {
namespace {

TEST(MaxPool2dByLanes, O7_EqualsTheReferenceFromARing) { expect_equal_from_rings(max_pool_2d_reference, max_pool_2d_by_lanes); }

}  // namespace
}  // namespace mote
