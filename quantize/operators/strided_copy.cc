// strided_copy: elements of the input at even distances.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules strided_copy;
const Rules strided_copy = {.op = Op::strided_copy,
                            .name = "strided_copy",
                            .device_inputs = 1,
                            .least_inputs = 1,
                            .most_inputs = 1,
                            .shape = given_shape,
                            .attributes = numbers_of};

}  // namespace mote::operators
