// reduce_max and arg_max: the largest element along a dimension, and where it stands.
#include <algorithm>

#include "device/model/container.h"
#include "quantize/operators/along.h"

namespace mote {

namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  return shape_along(graph, node, node.numbers[attribute::kAlongOuter], node.numbers[attribute::kAlongInner]);
}

void execute(const FloatCall& call) {
  const auto outer = static_cast<uint32_t>(call.node.numbers[attribute::kAlongOuter]),
             inner = static_cast<uint32_t>(call.node.numbers[attribute::kAlongInner]);
  const auto count = static_cast<uint32_t>(count_of(call.input_shape(0)) / outer / inner);
  const bool least = call.node.numbers[attribute::kAlongLeast] != 0;
  for (uint32_t o = 0; o < outer; ++o)
    for (uint32_t i = 0; i < inner; ++i) {
      const float* from = call.inputs[0] + size_t{o} * count * inner + i;
      float found = *from;
      for (uint32_t n = 1; n < count; ++n)
        found = least ? std::min(found, from[size_t{n} * inner]) : std::max(found, from[size_t{n} * inner]);
      call.output[size_t{o} * inner + i] = found;
    }
}

}  // namespace

namespace operators {
extern const Rules reduce_max;
extern const Rules arg_max;
const Rules reduce_max = {.op = Op::reduce_max,
                          .name = "reduce_max",
                          .device_inputs = 1,
                          .scales = Scales::kept,
                          .shape = shape,
                          .execute = execute,
                          .quantize = quantize_kept,
                          .attributes = numbers_of};
const Rules arg_max = {.op = Op::arg_max, .name = "arg_max", .device_inputs = 1, .shape = shape, .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
