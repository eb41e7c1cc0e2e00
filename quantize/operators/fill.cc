// fill: one value everywhere.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules fill;
const Rules fill = {.op = Op::fill,
                    .name = "fill",
                    .device_inputs = 0,
                    .least_inputs = 0,
                    .most_inputs = 0,
                    .shape = given_shape,
                    .attributes = numbers_of};

}  // namespace mote::operators
