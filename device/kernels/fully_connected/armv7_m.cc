// Fully connected layer for Armv7-M: one column of inputs, four outputs at a time.
#include "device/kernels/packed/armv7_m/column.h"
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {

size_t fully_connected_scratch(uint32_t inputs) { return Column::scratch(inputs); }

void fully_connected(const FullyConnectedShape& shape, const Packed& packed, const Ending& ending, const int8_t* input,
                     int8_t* output, void* scratch) {
  Column column(shape.inputs, scratch);
  for (uint32_t i = 0; i < shape.inputs; ++i) column.inputs()[i] = input[i];
  column.multiply(packed, shape.outputs, ending.rounding, output);
  clamp_outputs(output, shape.outputs, ending);
}

}  // namespace mote::armv7_m
