// Fully connected layer for Armv7-M: one column of inputs, four outputs at a time.
#include "device/kernels/fully_connected/whole_words.h"
#include "device/kernels/packed/armv7_m/column.h"
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {

// What the sums start at, and the input where it is not in whole words.
size_t fully_connected_scratch(uint32_t inputs) {
  return starts_bytes(inputs) + (is_whole_words(inputs) ? 0 : whole_words(inputs));
}

void fully_connected(const FullyConnectedShape& shape, const Packed& packed, const Ending& ending, const int8_t* input,
                     int8_t* output, void* scratch) {
  int32_t* const starts = static_cast<int32_t*>(scratch);
  int8_t* const copy = reinterpret_cast<int8_t*>(starts + chunks_of(shape.inputs));
  if (!is_whole_words(shape.inputs)) input = fill_last_word(input, shape.inputs, copy);
  Column(input, shape.inputs, starts).multiply(packed, shape.outputs, ending.rounding, output);
  clamp_outputs(output, shape.outputs, ending);
}

}  // namespace mote::armv7_m
