// maximum: the larger of two.
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

Attributes attributes(const Graph&, const Node&) { return {}; }

}  // namespace

namespace operators {
extern const Rules maximum;
const Rules maximum = {.op = Op::maximum,
                       .name = "maximum",
                       .device_inputs = 2,
                       .least_inputs = 2,
                       .most_inputs = 2,

                       .shape = pair_shape,
                       .attributes = attributes};
}  // namespace operators

}  // namespace mote
