// lookup: a table of 256 results.
#include "quantize/operators/numbers.h"

namespace mote::operators {

extern const Rules lookup;
const Rules lookup = {.op = Op::lookup,
                      .name = "lookup",
                      .device_inputs = 2,
                      .least_inputs = 2,
                      .most_inputs = 2,
                      .shape = first_shape,
                      .attributes = numbers_of};

}  // namespace mote::operators
