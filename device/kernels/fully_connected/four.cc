// Four outputs share the reading of the inputs.
#include "device/kernels/fully_connected/four.h"

#include "device/kernels/four_sums.h"

namespace mote {

void fully_connected_by_four(const FullyConnected& layer, const int8_t* input, const int8_t* weights, int8_t* output) {
  for_each_four(layer.outputs, [&](uint32_t first) {
    FourSums sums{};
    sums.add_dot(input, weights + size_t{first} * layer.inputs, layer.inputs, layer.inputs, layer.input_zero_point);
    sums.store(layer.scaling, layer.bias, first, output);
  });
}

}  // namespace mote
