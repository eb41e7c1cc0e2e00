// average_pool_2d: the mean of each window; padding does not take part.
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

void execute(const FloatCall& call) {
  pool_windows(
      call, 0.0f, [](float value, float x) { return value + x; }, [](float value, float count) { return value / count; });
}

}  // namespace

namespace operators {
extern const Rules average_pool_2d;
extern const Rules average_pool_2d_int16;
const Rules average_pool_2d = {.op = Op::average_pool_2d,
                               .name = "average_pool_2d",
                               .device_inputs = 1,
                               .clamps_last = true,
                               .scales = Scales::kept,
                               .int16 = Op::average_pool_2d_int16,
                               .shape = pool_shape,
                               .execute = execute,
                               .quantize = quantize_kept,
                               .attributes = pool_attributes};
const Rules average_pool_2d_int16 = {.op = Op::average_pool_2d_int16,
                                     .name = "average_pool_2d_int16",
                                     .device_inputs = 1,
                                     .clamps_last = true,
                                     .scales = Scales::kept,
                                     .shape = pool_shape,
                                     .attributes = pool_attributes};
}  // namespace operators

}  // namespace mote
