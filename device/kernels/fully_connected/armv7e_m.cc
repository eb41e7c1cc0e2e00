// Fully connected layer for Armv7E-M: four outputs at a time.
#include "device/kernels/fully_connected/block_armv7e_m.h"
#include "device/kernels/fully_connected/whole_words.h"
#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/small.h"

namespace mote::armv7e_m {
namespace {

constexpr uint32_t kChunk = kChunkTaps / 4;

// Of a layer of several chunks, whose sums are added as they are.
template <Rounding kRounding>
void multiply_chunks(const FullyConnectedShape& shape, const Packed& packed, const int8_t* input, int8_t* output) {
  const uint32_t* w = packed.weights;
  for (uint32_t first = 0; first < shape.outputs; first += kFullBlock) {
    int32_t twice[kFullBlock] = {};
    const int8_t* x = input;
    for (uint32_t left = words_of(shape.inputs), count; left > 0; left -= count, x += 4 * count) {
      count = left < kChunk ? left : kChunk;
      w = add_block(w, x, count, twice);
    }
    for (uint32_t i = 0; i < kFullBlock && first + i < shape.outputs; ++i)
      output[first + i] = requantize<kRounding>(twice[i], packed.records[first + i]);
  }
}

template <Rounding kRounding>
void multiply(const FullyConnectedShape& shape, const Packed& packed, const int8_t* input, int8_t* output) {
  if constexpr (kSmall) return multiply_chunks<kRounding>(shape, packed, input, output);
  const uint32_t words = words_of(shape.inputs), whole = words > kChunk ? 0 : shape.outputs & ~(kFullBlock - 1);
  if (whole != 0) run_blocks<kRounding>({packed.weights, packed.records, input, input + 4 * words, output, whole});
  if (whole == shape.outputs) return;
  const Packed rest = {packed.weights + size_t{whole} * (1 + words), packed.records + whole};
  multiply_chunks<kRounding>({shape.inputs, shape.outputs - whole}, rest, input, output + whole);
}

}  // namespace

size_t fully_connected_scratch(uint32_t inputs) { return is_whole_words(inputs) ? 0 : 4 * size_t{words_of(inputs)}; }

void fully_connected(const FullyConnectedShape& shape, const Packed& packed, const Ending& ending, const int8_t* input,
                     int8_t* output, void* scratch) {
  if (!is_whole_words(shape.inputs)) input = fill_last_word(input, shape.inputs, static_cast<int8_t*>(scratch));
  if (rounds_twice(ending.rounding))
    multiply<Rounding::double_rounding>(shape, packed, input, output);
  else
    multiply<Rounding::single_rounding>(shape, packed, input, output);
  clamp_outputs(output, shape.outputs, ending);
}

}  // namespace mote::armv7e_m
