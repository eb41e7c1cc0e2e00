// average_pool_2d with the channels side by side against the plain one.
#include "device/kernels/average_pool_2d/lanes.h"

#include "device/kernels/average_pool_2d/average_pool_2d.h"
#include "device/kernels/test/pool_rings.h"

namespace mote {
namespace {

TEST(AveragePool2dByLanes, O12_EqualsTheReferenceFromARing) {
  expect_equal_from_rings(average_pool_2d_reference, average_pool_2d_by_lanes);
}

}  // namespace
}  // namespace mote
