// max_pool_2d: the largest value of each window; padding does not take part.
#include <algorithm>
#include <limits>

#include "quantize/operators/geometry.h"

namespace mote {
namespace {

void execute(const FloatCall& call) {
  pool_windows(
      call, std::numeric_limits<float>::lowest(), [](float value, float x) { return std::max(value, x); },
      [](float value, float) { return value; });
}

}  // namespace

namespace operators {
extern const Rules max_pool_2d;
extern const Rules max_pool_2d_int16;
const Rules max_pool_2d = {.op = Op::max_pool_2d,
                           .name = "max_pool_2d",
                           .device_inputs = 1,
                           .clamps_last = true,
                           .scales = Scales::kept,
                           .int16 = Op::max_pool_2d_int16,
                           .shape = pool_shape,
                           .execute = execute,
                           .quantize = quantize_kept,
                           .attributes = pool_attributes};
const Rules max_pool_2d_int16 = {.op = Op::max_pool_2d_int16,
                                 .name = "max_pool_2d_int16",
                                 .device_inputs = 1,
                                 .clamps_last = true,
                                 .scales = Scales::kept,
                                 .shape = pool_shape,
                                 .attributes = pool_attributes};
}  // namespace operators

}  // namespace mote
