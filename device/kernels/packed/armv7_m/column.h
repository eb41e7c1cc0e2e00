// Sums of products of one column of activations with every output channel, requantized (packed/armv7_m.h).
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

// Activations in whole words, and what the sums of each chunk start at.
class Column {
 public:
  // `starts` has room for one of each chunk; what fills the last word of `inputs` may be anything.
  Column(const int8_t* inputs, uint32_t taps, int32_t* starts) : inputs_(inputs), taps_(whole_words(taps)), starts_(starts) {}

  // Of the inputs as they are now. Weights are in blocks of 4 channels.
  void multiply(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output);

 private:
  void find_starts();
  void multiply_chunks(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output) const;

  const int8_t* const inputs_;
  const uint32_t taps_;
  int32_t* const starts_;
};

}  // namespace mote::armv7_m
