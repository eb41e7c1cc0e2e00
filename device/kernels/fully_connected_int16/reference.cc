// Fully connected layer on int16: one output after the other.
#include "device/kernels/fully_connected_int16/fully_connected_int16.h"
#include "device/kernels/wide.h"

namespace mote {

void fully_connected_int16_reference(const FullyConnected& layer, const int16_t* input, const int8_t* weights, int16_t* output) {
  for (uint32_t i = 0; i < layer.outputs; ++i) {
    const int64_t sum = wide_sum(input, weights + size_t{i} * layer.inputs, layer.inputs);
    output[i] = apply_wide(layer.scaling, layer.bias[i] + sum, i);
  }
}

}  // namespace mote
