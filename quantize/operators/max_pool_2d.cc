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
const Rules max_pool_2d = {.op = Op::max_pool_2d,
                           .name = "max_pool_2d",
                           .device_inputs = 1,
                           .clamps_last = true,
                           .scales = Scales::kept,
                           .shape = pool_shape,
                           .execute = execute,
                           .quantize = quantize_kept,
                           .attributes = pool_attributes};
}  // namespace operators

}  // namespace mote
