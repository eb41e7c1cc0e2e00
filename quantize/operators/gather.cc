// gather: slices along a dimension.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules gather;
const Rules gather = {.op = Op::gather,
                      .name = "gather",
                      .device_inputs = 2,
                      .least_inputs = 2,
                      .most_inputs = 2,
                      .shape = given_shape,
                      .attributes = numbers_of};

}  // namespace mote::operators
