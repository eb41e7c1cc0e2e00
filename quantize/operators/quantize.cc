// quantize and dequantize: between float32 and int8.
#include "quantize/operators/along.h"

namespace mote::operators {

extern const Rules quantize;
extern const Rules dequantize;
const Rules quantize = {
    .op = Op::quantize, .name = "quantize", .device_inputs = 1, .shape = first_shape, .attributes = numbers_of};
const Rules dequantize = {
    .op = Op::dequantize, .name = "dequantize", .device_inputs = 1, .shape = first_shape, .attributes = numbers_of};

}  // namespace mote::operators
