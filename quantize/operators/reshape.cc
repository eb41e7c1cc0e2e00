// reshape: the same elements under another shape.
#include <algorithm>

#include "quantize/operators/numbers.h"

namespace mote {
namespace {

void execute(const FloatCall& call) { std::copy_n(call.inputs[0], count_of(call.output_shape()), call.output); }

}  // namespace

namespace operators {
extern const Rules reshape;
const Rules reshape = {.op = Op::reshape,
                       .name = "reshape",
                       .device_inputs = 1,
                       .scales = Scales::kept,
                       .int16 = Op::reshape,
                       .shape = same_count_shape,
                       .execute = execute,
                       .quantize = quantize_kept,
                       .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
