// Fully connected layer, plainly: one output after the other.
#include "device/kernels/fully_connected/fully_connected.h"

namespace mote {
namespace {

template <typename Weights>
void connect(const FullyConnected& layer, const int8_t* input, Weights weights, int8_t* output) {
  for (uint32_t i = 0; i < layer.outputs; ++i) {
    const int32_t sum = weighted_sum(input, weights + size_t{i} * layer.inputs, layer.inputs, layer.input_zero_point);
    output[i] = layer.scaling.apply(layer.bias[i] + sum, i);
  }
}

}  // namespace

void fully_connected_reference(const FullyConnected& layer, const int8_t* input, const int8_t* weights, int8_t* output) {
  connect(layer, input, weights, output);
}

void fully_connected_reference(const FullyConnected& layer, const int8_t* input, Nibbles weights, int8_t* output) {
  connect(layer, input, weights, output);
}

}  // namespace mote
