// assign: a state becomes its input.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules assign;
const Rules assign = {.op = Op::assign,
                      .name = "assign",
                      .device_inputs = 1,
                      .int16 = Op::assign,
                      .shape = same_count_shape,
                      .attributes = numbers_of};

}  // namespace mote::operators
