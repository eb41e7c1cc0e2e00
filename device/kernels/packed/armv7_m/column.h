// Sums of products of one column of activations with every output channel, requantized (packed/armv7_m.h).
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

// In scratch: the activations, with zeros up to a multiple of four, and per chunk what its sums start at.
class Column {
 public:
  Column(uint32_t taps, void* scratch)
      : inputs_(static_cast<int32_t*>(scratch)), taps_(whole_words(taps)), starts_(inputs_ + whole_words(taps)) {
    for (uint32_t tap = taps; tap < taps_; ++tap) inputs_[tap] = 0;
  }
  static size_t scratch(uint32_t taps) { return 4 * size_t{whole_words(taps) + chunks_of(taps)}; }

  int32_t* inputs() { return inputs_; }

  // Of the inputs as they are now. Weights are in blocks of 4 channels.
  void multiply(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output);

 private:
  void find_starts();
  void multiply_chunks(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output) const;

  int32_t* const inputs_;
  const uint32_t taps_;
  int32_t* const starts_;
};

}  // namespace mote::armv7_m
