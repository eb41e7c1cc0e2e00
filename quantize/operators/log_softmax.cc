// log_softmax and l2_normalization: over the channels of each place.
#include "quantize/operators/along.h"

namespace mote::operators {

extern const Rules log_softmax;
extern const Rules l2_normalization;
const Rules log_softmax = {
    .op = Op::log_softmax, .name = "log_softmax", .device_inputs = 1, .shape = first_shape, .attributes = numbers_of};
const Rules l2_normalization = {
    .op = Op::l2_normalization, .name = "l2_normalization", .device_inputs = 1, .shape = first_shape, .attributes = numbers_of};

}  // namespace mote::operators
