// fully_connected with packed weights for x86-64: one pixel with one run of taps.
#include "device/kernels/packed/x86_64/scratch.h"

namespace mote::x86_64 {

size_t fully_connected_scratch(uint32_t inputs) { return table_bytes(groups_of(inputs)) + inputs + kSlack; }

void fully_connected(const Instructions& machine, const FullyConnectedShape& shape, const Packed& packed, const Ending& ending,
                     const int8_t* input, int8_t* output, void* scratch) {
  int32_t* offsets = static_cast<int32_t*>(scratch);
  const Layer layer = {packed, ending, shape.outputs, groups_of(shape.inputs), offsets};
  uint8_t* copy = static_cast<uint8_t*>(scratch) + table_bytes(layer.groups);
  for (uint32_t g = 0; g < layer.groups; ++g) offsets[g] = static_cast<int32_t>(g * kGroup);
  for (uint32_t i = 0; i < shape.inputs; ++i) copy[i] = static_cast<uint8_t>(input[i]) ^ machine.flip;
  memset(copy + shape.inputs, 0, kSlack);
  Strip strip;
  strip.pixels = 1;
  strip.inputs[0] = copy;
  strip.outputs[0] = output;
  machine.shared(strip, layer);
}

}  // namespace mote::x86_64
