// reshape: the same elements under another shape.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules reshape;
const Rules reshape = {.op = Op::reshape,
                       .name = "reshape",
                       .device_inputs = 1,
                       .least_inputs = 1,
                       .most_inputs = 1,
                       .shape = same_count_shape,
                       .attributes = numbers_of};

}  // namespace mote::operators
