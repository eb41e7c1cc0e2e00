// strided_place: a part written into a base.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules strided_place;
const Rules strided_place = {.op = Op::strided_place,
                             .name = "strided_place",
                             .device_inputs = 2,
                             .least_inputs = 2,
                             .most_inputs = 2,
                             .shape = first_shape,
                             .attributes = numbers_of};

}  // namespace mote::operators
