// batch_norm: (x - mean) / sqrt(variance + epsilon) * gamma + beta per channel, in float graphs only (passes/fold_batch_norm.cc).
#include <cmath>

#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  for (size_t i = 1; i < 5; ++i)
    if (!is_row(graph.values[node.inputs[i]].shape, x[3]))
      return shape_problem("gamma, beta, mean and variance do not have one value per channel");
  return x;
}

void execute(const FloatCall& call) {
  const Shape& in = call.input_shape(0);
  const uint64_t places = count_of(in) / in[3];
  const float *gamma = call.inputs[1], *beta = call.inputs[2], *mean = call.inputs[3], *variance = call.inputs[4];
  for (uint32_t c = 0; c < in[3]; ++c) {
    const double factor = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + call.node.epsilon);
    for (uint64_t i = 0; i < places; ++i) {
      const double centred = static_cast<double>(call.inputs[0][i * in[3] + c]) - mean[c];
      call.output[i * in[3] + c] = static_cast<float>(centred * factor + beta[c]);
    }
  }
}

}  // namespace

namespace operators {
extern const Rules batch_norm;
const Rules batch_norm = {
    .op = Op::batch_norm, .name = "batch_norm", .least_inputs = 5, .most_inputs = 5, .shape = shape, .execute = execute};
}  // namespace operators

}  // namespace mote
