// One column of activations with every output channel.
#include "device/kernels/packed/armv7_m/column.h"

#include "device/kernels/packed/armv7_m/blocks.h"
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {

void Column::find_starts() {
  int32_t* start = starts_;
  for (uint32_t first = 0; first < taps_; first += kChunkTaps) {
    const uint32_t end = taps_ - first < kChunkTaps ? taps_ : first + kChunkTaps;
    int32_t sum = 0;
    for (uint32_t tap = first; tap < end; tap += 4) sum += inputs_[tap] + inputs_[tap + 1] + inputs_[tap + 2] + inputs_[tap + 3];
    *start++ = kLaneOffset - 128 * sum;
  }
}

void Column::multiply_chunks(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output) const {
  const int8_t* weights = packed.weights;
  for (uint32_t first = 0; first < channels; first += kWordBlock) {
    int32_t sums[kWordBlock] = {};
    const int32_t* start = starts_;
    for (uint32_t tap = 0; tap < taps_; tap += kChunkTaps)
      weights = add_block(weights, inputs_ + tap, taps_ - tap < kChunkTaps ? taps_ - tap : kChunkTaps, *start++, sums);
    for (uint32_t i = 0; i < kWordBlock && first + i < channels; ++i)
      output[first + i] = requantize(sums[i], packed.records[first + i], rounding);
  }
}

void Column::multiply(const Packed& packed, uint32_t channels, Rounding rounding, int8_t* output) {
  find_starts();
  const uint32_t whole = taps_ > kChunkTaps ? 0 : channels / kWordBlock * kWordBlock;
  if (whole != 0) {
    const Blocks blocks = {packed.weights, packed.records, inputs_, inputs_ + taps_, *starts_, output, output + whole, rounding};
    run_blocks(blocks);
  }
  const Packed rest = {packed.weights + size_t{whole} * taps_, packed.records + whole};
  if (whole != channels) multiply_chunks(rest, channels - whole, rounding, output + whole);
}

}  // namespace mote::armv7_m
